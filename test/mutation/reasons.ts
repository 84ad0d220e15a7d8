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

export const REASONS: Readonly<Record<string, readonly Reason[]>> = {
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
    { at: 'value, failed, false);', why: 'Only fairness: whether a callback that waited spends a credit.' },
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
    { at: '    false,', why: 'Only fairness: whether a callback that waited spends a credit.' },
    { at: 'private readonly chans', why: `${SAME} each place is written before it is read.` },
    { at: 'private waiting = false;', why: `${SAME} set by every start.` },
    { at: 'private parking = false;', why: `${SAME} set before it is read.` },
    { at: 'private foreign = false;', why: `${SPEED} It is not used again.` },
    { at: 'for (let i = 0; i < size; i++)', why: `${SAME} one waiter that nobody uses.` },
    { at: 'i < list.length && this.waiting', why: `${SAME} what is behind the list is no enabled case.` },
    { at: 'waiter.value = !simple && isPut(one)', why: `${SAME} what is no put has no element 1.` },
    { at: 'if (!simple && !isOurs(source))', why: `${SPEED} It is not used again.` },
    { at: 'this.parking = false;', why: `${SPEED} It is not used again.` },
    { at: 'if (this.signal !== undefined) unwatch', why: `${SAME} nobody watches undefined.` },
    { at: 'if (foreign) for', why: `${SAME} the list is empty.` },
    { at: 'if (!this.foreign && !this.parking)', why: `${SPEED} It is not used again.` },
    { at: 'spare !== undefined && spare.length < SPARES', why: 'Only speed and memory: how many are kept.' },
  ],
  'src/select.ts': [
    { at: 'one && one.poll !== undefined', why: `${SPEED} The other way does the same.` },
    { at: 'options === undefined ? undefined : signalOf', why: `${SPEED} signalOf takes undefined.` },
    { at: 'deliver(then, undefined, error, true);', why: 'Only fairness: whether an error spends a credit.' },
  ],
};
