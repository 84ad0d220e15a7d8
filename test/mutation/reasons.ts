/** Why mutants survive: by file and by what their line says, so that a reason stays when lines move. */
export interface Reason {
  /** What the line holds. */
  readonly at: string;
  /** What the code became, if that matters; else anything. */
  readonly to?: string;
  readonly why: string;
}

const SPEED = 'Only speed.';
const SAME = 'The same:';
const THREADS = 'Only threads call this, and their tests are not among these.';
/** To be taken out when its file is run again. */
const SINCE = 'A test that was added after this run kills it; it was planted by hand.';
const since = (...lines: string[]): Reason[] => lines.map((at) => ({ at, why: SINCE }));

export const REASONS: Readonly<Record<string, readonly Reason[]>> = {
  'src/chan.ts': [
    {
      at: 'if (buffer !== null && (lone === null || !this.calm || this.repeats || buffer.size > 0)) {',
      to: 'false',
      why: `${SAME} a lone reader does not wait beside values.`,
    },
    {
      at: 'if (this.getters === NOBODY) this.getters = new WaiterList();',
      why: 'Only memory: another list, when this one is empty.',
    },
    {
      at: 'const get = this.isNext() && this.gets.head !== null && !buffer.canTake()',
      why: `${SINCE} But for the look at the list, which changes nothing: an empty one has no first.`,
    },
    {
      at: 'while (this.store === buffer && !this.adding) {',
      to: 'true',
      why: `${SAME} nobody waits any more where all has been cancelled.`,
    },
    {
      at: 'while (buffer.size > 1 && this.puts',
      to: 'true',
      why: `${SAME} the buffer of a channel that was cancelled is empty.`,
    },
    {
      at: 'if (this.puts.head === null && buffer.canAdd()) {',
      to: 'true',
      why: `${SAME} while puts wait there is no room.`,
    },
    {
      at: 'return put === null || put.index >= 0;',
      to: 'true',
      why: `${SAME} a put of no select does not wait beside a get.`,
    },
    {
      at: 'if (this.isClosed) this.ended();',
      to: 'false',
      why: `${SAME} it is looked at again in the midst of balancing, or by who called.`,
    },
    {
      at: 'while (buffer.size > 1 && this.puts',
      to: 'this.store !== buffer',
      why: `${SPEED} The loop that is inherited does the same.`,
    },
    {
      at: 'if (reason !== undefined) this.controller ??=',
      why: 'Only memory: a controller that nobody asked for.',
    },
    { at: 'options === undefined ? undefined : signalOf', why: `${SPEED} signalOf takes undefined.` },
    { at: 'if (options !== undefined) return super.get', why: `${SPEED} What is inherited does the same.` },
    {
      at: 'if (!this.calm) return this.takeFrom',
      why: `${SPEED} It does the same with checks for custom buffers.`,
    },
    { at: 'if (this.puts.head !== null) this.refill', why: `${SPEED} There is nothing to move.` },
    { at: 'if (this.isClosed) this.ended();', to: 'true', why: `${SPEED} ended() looks itself.` },
    {
      at: 'if (this.calm && buffer !== null && this.gets',
      why: `${SPEED} The loop that is inherited does the same.`,
    },
    {
      at: 'while (buffer.size > 1 && this.puts',
      to: 'false',
      why: `${SPEED} The loop that is inherited does the same.`,
    },
    { at: 'if (value === undefined) expectValue(value);', why: `${SPEED} It looks itself.` },
    { at: 'if (this.gets.head !== null) this.serve(buffer);', why: `${SPEED} There is nobody to serve.` },
    {
      at: 'const get = this.gets.head !== null && buffer.canTake()',
      why: `${SPEED} Nobody is taken out of an empty list.`,
    },
    {
      at: 'if (gets.length > 0) spend();',
      why: 'Only fairness: whether a close that tells nobody spends a credit.',
    },
  ],
  'src/core/clock.ts': [
    {
      at: 'if (first !== undefined && timer !== undefined',
      why: `${SPEED} The timer is set anew, for the same time.`,
    },
    { at: 'if (timer !== undefined) clearTimeout', why: `${SAME} to clear no timer does nothing.` },
    { at: 'a.order < b.order', to: 'a.order <= b.order', why: `${SAME} no two alarms have one order.` },
    {
      at: 'const child = left !== undefined',
      why: `${SAME} where there is a right child there is a left one.`,
    },
  ],
  'src/core/random.ts': [
    { at: '1013904223) | 0', why: 'Another generator of the same kind, as uniform for what is tested.' },
    { at: 'return n <= 128', to: 'n < 128', why: `${SAME} both ways give one result.` },
    { at: 'return n <= 128', to: 'false', why: `${SPEED} Both ways give one result.` },
    { at: 'order.length <= 64', why: 'Only speed and memory: which permutations are kept.' },
    { at: 'export function keep', why: 'Only speed and memory: which permutations are kept.' },
    { at: 'orders = [];', why: `${SAME} of no things there is one permutation, and nobody asks for it.` },
  ],
  'src/core/breath.ts': [
    { at: 'const granted = credit + 1;', why: 'Only fairness: after how many the clock is looked at.' },
    { at: 'export function unspend(', why: 'Only fairness: after how many the clock is looked at.' },
    { at: 'credit += count;', why: 'Only fairness: after how many the clock is looked at.' },
    { at: 'schedule.post(then, false)', why: 'Only which orders a schedule of the tests may choose from.' },
    { at: 'if (--left <= 0', why: 'Only speed: how many are released in one step.' },
    { at: 'let left = stride === 1', why: 'Only speed: how many are released in one step.' },
    { at: 'if (releasing || shut) return;', why: 'Only speed: how many are released in one step.' },
    { at: 'releasing = true;', why: 'Only speed: how many are released in one step.' },
  ],
  'src/core/buffers.ts': [
    {
      at: 'clear(): void {',
      why: `${SPEED} A cancelled channel gives nothing of it; memory is freed earlier.`,
    },
    { at: 'while (this.canTake()) this.take();', why: `${SPEED} As above.` },
    {
      at: 'else for (let left = buffer?.size ?? 0',
      why: `${SAME} at size 0 canTake is false, and without a buffer the loop does not begin.`,
    },
  ],
  'src/core/operation.ts': [
    {
      at: 'tell(waiter.owner as Callback',
      why: 'Only fairness: it is counted once more, beside who brought the value.',
    },
    { at: 'chan.offer?.(value', why: `${SAME} only channels to write to are put to.` },
  ],
  'src/core/queue.ts': [
    { at: 'private slots', why: `${SAME} what is in slots is written before it is read.` },
  ],
  'src/select/cases.ts': [
    { at: 'readonly isStage = false;', why: `${SAME} whether it is there is asked, not what it says.` },
    { at: 'this.waiter?.commit(reason);', why: `${SAME} it watches its signal only once it has a waiter.` },
    { at: 'if (isPut(one)) expectValue(one[1]);', why: `${SAME} channels of ours check it again.` },
  ],
  'src/select/selection.ts': [
    {
      at: 'if (foreign) for (const [waiter, source] of later)',
      why: `${SPEED} There is none.`,
    },
    { at: '    false,', why: 'Only fairness: whether a callback that waited spends a credit.' },
    { at: 'private parking = false;', why: `${SAME} set before it is read.` },
    { at: 'for (let i = 0; i < size; i++)', why: `${SAME} one waiter that nobody uses.` },
    { at: 'i < list.length && this.waiting', why: `${SAME} what is behind the list is no enabled case.` },
    { at: 'waiter.value = !simple && isPut(one)', why: `${SAME} what is no put has no element 1.` },
    { at: 'if (!simple && !isOurs(source))', why: `${SPEED} It is not used again.` },
    { at: 'this.parking = false;', why: `${SPEED} It is not used again.` },
    { at: 'if (this.signal !== undefined) unwatch', why: `${SAME} nobody watches undefined.` },
    { at: 'if (!this.foreign && !this.parking)', why: `${SPEED} It is not used again.` },
    { at: 'spare !== undefined && spare.length < SPARES', why: 'Only speed and memory: how many are kept.' },
  ],
  'src/select.ts': [
    { at: 'one && one.poll !== undefined', why: `${SPEED} The other way does the same.` },
    { at: 'options === undefined ? undefined : signalOf', why: `${SPEED} signalOf takes undefined.` },
    { at: 'deliver(then, undefined, error, true);', why: 'Only fairness: whether an error spends a credit.' },
  ],
  'src/read-chan.ts': [
    { at: 'options === undefined ? undefined : signalOf', why: `${SPEED} signalOf takes undefined.` },
    {
      at: 'return signal === undefined ? this.later()',
      why: `${SPEED} What waits with a signal waits without one too.`,
    },
    { at: "expectInteger('n', n, 0)", why: 'Only the name of the argument in a message.' },
    { at: "expectFunction('f', f)", why: 'Only the name of the argument in a message.' },
    { at: 'keep(_waiter: Waiter<never>)', why: `${SAME} undefined counts as false.` },
    { at: 'gather(_resume: () => void)', why: `${SAME} undefined counts as false.` },
  ],
  'src/derive/fused.ts': [
    { at: 'if (entered) this.#trunk.leave(this);', to: 'true', why: `${SPEED} Nobody was held off.` },
    {
      at: 'if (entered) this.#trunk.running = false;',
      why: `${SAME} while another runs a value nobody is armed to accept one.`,
    },
    { at: 'if (entered) trunk.leave(this);', to: 'true', why: `${SPEED} Nobody was held off.` },
    {
      at: 'if (!this.stateful) return false;',
      to: 'true',
      why: `${SPEED} Nobody was held off.`,
    },
    {
      at: 'const entered = at >= 0 && trunk.enter();',
      to: 'true',
      why: 'Only what code of a custom buffer would find that asks one derived from its own channel: a source that is at work has nothing for it.',
    },
    {
      at: '(this.isCalm && !this.#trunk.running && input.idle) {',
      to: '{}',
      why: `${SPEED} The loop that is inherited does the same.`,
    },
    {
      at: 'if (this.waited) this.serve();',
      to: 'true',
      why: `${SPEED} It looks itself whether somebody waits.`,
    },
    {
      at: 'if (this.made(false) && this.waited) this.serve();',
      why: `${SPEED} It looks itself whether somebody waits.`,
    },
    {
      at: 'if (!this.wanted || this.#trunk.stirred > 0)',
      why: `${SPEED} What nobody waits for is kept either way.`,
    },
    {
      at: 'this.serving = true;',
      why: `${SPEED} Who wants the next waits anew instead of keeping its place.`,
    },
    { at: 'if (this.#sole.isWaiting)', why: `${SPEED} One that does not wait is told in vain.` },
    { at: 'disarm(one: Fused<unknown>)', why: `${SPEED} One that does not wait is told in vain.` },
    { at: 'one !== runner && one.isBelow', why: `${SPEED} The runner looks once more.` },
    {
      at: 'return this.#path[other.#depth] === other;',
      to: 'true',
      why: `${SPEED} Others are told in vain.`,
    },
    { at: 'return spend() && chain.isCalm;', why: `${SPEED} The loop is left and begun again.` },
    {
      at: 'this.#isShort = path.length <= 3',
      why: `${SPEED} Any chain runs by the loop for all.`,
    },
    { at: 'let at = trunk.stirred > 0 ?', why: `${SPEED} None is found that is stirred.` },
    { at: 'return this.#change(at < 0 ? 0 : at', to: 'at <= 0', why: `${SAME} 0 is 0.` },
    ...since('return this.#change(at < 0 ? 0 : at'),
    {
      at: 'const loop = (this.#loop ??=',
      why: `${SPEED} There is no loop to call, and the one that is inherited does the same.`,
    },
    { at: 'if (value === undefined) expectValue(value);', why: `${SPEED} It looks itself.` },
    {
      at: 'if (input === undefined || !this.isCalm || this.#trunk.running)',
      to: 'true',
      why: `${SPEED} What is inherited does the same.`,
    },
    {
      at: 'return nothing && !this.over ? PENDING : super.poll();',
      to: 'false',
      why: `${SPEED} What is inherited does the same.`,
    },
    {
      at: 'if (this.isCalm && !this.#trunk.running && input.idle) {',
      to: 'false',
      why: `${SPEED} The loop that is inherited does the same.`,
    },
    { at: 'if (state === PENDING && this.isCalm) return state;', why: `${SPEED} It is found out again.` },
    { at: 'try {', why: `${SPEED} The loop that is inherited does the same.` },
    {
      at: 'this.#finished = value === NONE;',
      why: `${SAME} what a step holds at its end is one value at most.`,
    },
    { at: 'this.#input?.', why: `${SAME} it was asked before it waits.` },
    {
      at: 'this.#trunk.stirred += on ? 1 : -1;',
      why: `${SPEED} It goes on to look for one that is stirred.`,
    },
    { at: '#path: readonly', why: `${SAME} it is written before it is read.` },
    { at: '#steps: readonly', why: `${SAME} it is written before it is read.` },
    { at: '#isShort = false;', why: `${SAME} it is written before it is read.` },
  ],
  'src/derive/input.ts': [
    { at: 'get idle()', why: `${SPEED} Only ways that are shorter ask it.` },
    {
      at: 'return !(this.over || this.#armed',
      why: `${SPEED} Only ways that are shorter ask it, when nobody waits, and what they find is looked at again.`,
    },
    {
      at: 'if (this.#armed) return PENDING;',
      to: 'false',
      why: `${SAME} where it waits there is nothing, or that would have been brought.`,
    },
    { at: 'this.over = true;', why: `${SAME} who reads it ends with that failure.` },
    {
      at: 'if (this.over || this.#armed || this.#slot !== PENDING) return;',
      why: `${SAME} it is armed only after a poll that found nothing.`,
    },
    { at: '#failed = false;', why: `${SAME} it is written with what is in the slot.` },
    { at: 'looks(): boolean', why: `${SPEED} What is inherited by who asks does the same.` },
    { at: 'if (!this.idle) return false;', why: `${SPEED} What is inherited by who asks does the same.` },
    { at: 'return this.#slot === PENDING;', why: `${SPEED} What is inherited by who asks does the same.` },
    {
      at: 'if (!this.#armed || this.#waiter === null',
      why: `${SAME} it is armed only with a waiter.`,
    },
  ],
  'src/derive/step.ts': [
    {
      at: 'step.left > 0 && step.left-- > 0',
      why: `${SAME} at 0 both let pass what comes, and below it too.`,
    },
  ],
  'src/flow/async-pipe.ts': [
    { at: 'settle(job: Job, result: unknown, failed: boolean): void', why: THREADS },
    { at: 'if (failed) this.#failed(job, result', why: THREADS },
    { at: 'else this.#ran(job, result, false);', why: THREADS },
    { at: 'if (result !== LATER)', why: THREADS },
    { at: 'failed = false;', why: `${SAME} it is written when the job is done, and read after that.` },
    { at: 'if (!spend()) {', why: 'Only fairness: at which value it pauses.' },
    {
      at: 'const next = queue !== undefined && queue.length > 0',
      why: `${SAME} a key in flight has a queue, and one that is empty is dropped right after.`,
    },
    {
      at: 'next.at < this.#broken',
      to: 'next.at <= this.#broken',
      why: `${SAME} what broke has been called.`,
    },
    { at: 'arm(): void {', why: `${SAME} who looked for a value before has taken what there was.` },
    { at: 'this.#ended = true;', why: `${SAME} nothing more is taken when its channel is over.` },
    { at: 'if (this.#options.key === undefined) return;', why: `${SPEED} Nothing waits for no key.` },
    ...since('} catch (error) {', 'if (this.#filling) return;', 'this.#filling = true;'),
  ],
  'src/flow/buffered.ts': [
    { at: 'arm(): void {', why: `${SAME} who looked for a value before has filled it.` },
    ...since('this.repeats = buffer instanceof QueueBuffer && buffer.repeats;'),
  ],
  'src/flow/combine.ts': [
    {
      at: "typeof last === 'object' && last !== null",
      why: 'Only which TypeError says that null is no channel.',
    },
    {
      at: ': last === undefined && args.length === 2',
      why: 'Only which TypeError says that undefined is no channel.',
    },
    ...since('return combined(new CombineLatest(chans, isOptions && last?.eager === true'),
  ],
  'src/flow/combined.ts': [
    { at: 'i < this.inputs.length', why: `${SAME} behind the last there is nothing to arm.` },
    { at: 'this.inputs[i]?.arm()', why: `${SAME} there is one at every place.` },
    { at: 'this.#rounds++;', why: `${SAME} it is asked only whether it changed.` },
    { at: 'if (row[i] !== undefined) open++;', why: `${SAME} it is asked only whether it is 0.` },
    {
      at: 'this.inputs.splice(i--, 1);',
      why: `${SAME} the one that is passed over is found ready when it is armed.`,
    },
    { at: 'if (!spend()) {', why: 'Only fairness: at which value it pauses.' },
  ],
  'src/flow/distribute.ts': [
    { at: '#outs: Downstream<T>[] = [];', why: `${SAME} it is written before it is read.` },
    { at: '#waiters: Waiter<never>[] = [];', why: `${SAME} it is written before it is read.` },
    { at: 'if (done === false) this.#gone(out);', why: `${SAME} its signal has told.` },
    { at: 'if (!waiter.waiting) continue;', why: `${SAME} a channel keeps no waiter that waits no more.` },
    { at: 'this.#waiters = [];', why: `${SAME} it is written again before it is read.` },
    ...since('} catch (error) {', 'if (failed) this.#broke(this.#outs[index] as Downstream<T>, value);'),
  ],
  'src/flow/mix.ts': [
    { at: "#mode: 'mute' | 'pause'", why: `${SAME} it is asked only whether it is 'pause'.` },
    { at: '#changed = false;', why: `${SAME} it is written before it is read.` },
    { at: 'if (this.#over) return this;', why: 'Only memory: an input that is never read.' },
    ...since('this.#changed = true;'),
  ],
  'src/flow/pub.ts': [
    { at: 'feed.offer(value as never) !== PENDING', to: 'false', why: `${SPEED} putThen does the same.` },
    { at: 'if (out !== undefined) expectOut(out);', why: `${SAME} what taps looks itself.` },
    {
      at: 'return out === undefined ? found.dup.tap()',
      why: `${SAME} what taps makes a channel for undefined.`,
    },
    ...since(
      'finish(chan, this.#over.cause, options?.close !== false);',
      'for (const topic of which) this.#topics.get(topic)?.dup.untapAll();',
      'if (this.#topics.get(topic)?.feed === feed) this.#topics.delete(topic);',
      'for (const other of this.#topics.values()) if (other.dup.has(chan)) return',
      'if (this.#over !== undefined) return;',
    ),
  ],
  'src/flow/pump.ts': [
    { at: 'return false;', why: `${SAME} it is over, and takes nothing more either way.` },
    ...since('this.finish(error, true);'),
  ],
  'src/flow/timed.ts': [
    { at: 'if (this.due < Infinity)', why: `${SAME} an alarm without end sets no timer.` },
    ...since(
      'if (this.more()) this.input.arm();',
      'return Math.min(this.due, this.#start + (Math.floor((time - this.#start) /',
      'return this.#next === PENDING;',
      'if (!this.channel.isWaited) this.due = Infinity;',
      'if (this.due === Infinity && this.channel.isWaited) this.due = now() + thi',
    ),
  ],
  'src/flow/outlet.ts': [
    {
      at: 'if (this.#closed) return false;',
      to: 'false',
      why: `${SAME} if anybody still sends, its channel is closed and refuses the value.`,
    },
    {
      at: 'if (this.#closed) return false;',
      to: 'true',
      why: `${SAME} who sends then is over, and goes on with nothing.`,
    },
    {
      at: 'if (done === PENDING) {',
      why: `${SAME} a channel that is closed refuses the waiter as it refused the value.`,
    },
    {
      at: 'else if (value === true) this.#sent();',
      why: `${SAME} a channel that gives up a put has told its signal before.`,
    },
    {
      at: 'if (this.#closed) return;',
      why: `${SAME} who was told has left the signal; to be told twice would change nothing.`,
    },
    {
      at: '.settled, value, failed, false)',
      why: 'Only fairness: whether a put that waited spends a credit.',
    },
  ],
  'src/flow/dup.ts': [
    ...since(
      'behind: false,',
      'if (this.#taps.size === 0) this.#idle();',
      'if (this.#over !== undefined) return;',
    ),
  ],
  'src/flow/pipe.ts': [
    ...since(
      'const watcher = { aborted: (reason: unknown) => input.cancel(reason) };',
      'if (signal.aborted) watcher.aborted((signal as { reason: unknown }).reason',
      'override disarm(): void {',
    ),
  ],
};
