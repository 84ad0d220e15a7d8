/** Programs of operations on a few channels: made up from a seed, run on real channels, and written down as JavaScript. */
import {
  Chan,
  type ChanBuffer,
  dropping,
  promise,
  select,
  selectThen,
  sliding,
  unbounded,
  weighted,
} from '../../src/index.js';
import { seed as seedChoices } from '../../src/base/random.js';
import { turns } from '../support/turns.js';
import { Random, WITHOUT } from './random.js';

/** Three kinds of cases: a get or a put of a channel, a signal, and one that is left out. */
export type Operand = { readonly chan: number; readonly put?: number } | { readonly stop: number } | null;

export type Step =
  | {
      readonly kind: 'put' | 'get' | 'putThen' | 'getThen' | 'next';
      readonly chan: number;
      readonly value: number;
      readonly signal?: number;
    }
  | { readonly kind: 'tryPut' | 'tryGet' | 'add'; readonly chan: number; readonly value: number }
  | {
      readonly kind: 'select';
      readonly operands: readonly Operand[];
      readonly form: 'list' | 'record' | 'then';
      readonly priority: boolean;
      readonly fallback: boolean;
      readonly signal?: number;
    }
  | { readonly kind: 'close'; readonly chan: number; readonly cause?: string }
  | { readonly kind: 'cancel' | 'join' | 'return'; readonly chan: number }
  | { readonly kind: 'abort'; readonly signal: number }
  | { readonly kind: 'busy' | 'turn' };

export type BufferName =
  | 'rendezvous'
  | 'one'
  | 'three'
  | 'sliding'
  | 'dropping'
  | 'promise'
  | 'weighted'
  | 'unbounded';
type Made = number | ChanBuffer<number> | undefined;
const BUFFERS: Readonly<Record<BufferName, { readonly text: string; readonly make: () => Made }>> = {
  rendezvous: { text: '', make: () => undefined },
  one: { text: '1', make: () => 1 },
  three: { text: '3', make: () => 3 },
  sliding: { text: 'sliding(2)', make: () => sliding(2) },
  dropping: { text: 'dropping(2)', make: () => dropping(2) },
  promise: { text: 'promise()', make: () => promise() },
  weighted: { text: 'weighted(4, (n) => n % 3)', make: () => weighted(4, (n) => n % 3) },
  unbounded: { text: 'unbounded()', make: () => unbounded() },
};

export interface Program {
  readonly seed: number;
  readonly buffers: readonly BufferName[];
  readonly steps: readonly Step[];
}

const SIGNALS = 2;
const NAMES = ['a', 'b', 'c'];

export function makeProgram(seed: number): Program {
  const random = new Random(seed);
  const kinds = (Object.keys(BUFFERS) as BufferName[]).filter((one) => !WITHOUT.has(one));
  const buffers = Array.from({ length: 1 + random.below(3) }, () =>
    random.once(2) ? 'rendezvous' : random.pick(kinds),
  );
  const steps: Step[] = [];
  for (let left = 4 + random.below(30); left > 0; left--) {
    const step = makeStep(random, buffers.length, 10 * (steps.length + 1));
    if (!WITHOUT.has(step.kind)) steps.push(step);
  }
  return { seed, buffers, steps };
}

function makeStep(random: Random, chans: number, value: number): Step {
  const chan = random.below(chans);
  const signal = random.once(4) ? { signal: random.below(SIGNALS) } : {};
  const which = random.below(100);
  if (which < 12) return { kind: 'put', chan, value, ...signal };
  if (which < 24) return { kind: 'get', chan, value, ...signal };
  if (which < 29) return { kind: 'putThen', chan, value };
  if (which < 34) return { kind: 'getThen', chan, value };
  if (which < 40) return { kind: 'tryPut', chan, value };
  if (which < 46) return { kind: 'tryGet', chan, value };
  if (which < 48) return { kind: 'add', chan, value };
  if (which < 53) return { kind: 'next', chan, value };
  if (which < 72) {
    const operands: Operand[] = Array.from({ length: 1 + random.below(4) }, (_, i): Operand => {
      const at = random.below(chans);
      const kind = random.below(12);
      if (kind === 0) return null;
      if (kind === 1) return { stop: random.below(SIGNALS) };
      return kind < 7 ? { chan: at, put: value + i } : { chan: at };
    });
    if (!operands.some((one) => one !== null)) operands.push({ chan });
    const form = random.pick(['list', 'record', 'then'] as const);
    return { kind: 'select', operands, form, priority: random.once(2), fallback: random.once(6), ...signal };
  }
  if (which < 75) return { kind: 'close', chan, ...(random.once(2) ? { cause: `cause ${value}` } : {}) };
  if (which < 76) return { kind: 'cancel', chan };
  if (which < 79) return { kind: 'join', chan };
  if (which < 81) return { kind: 'return', chan };
  if (which < 84) return { kind: 'abort', signal: random.below(SIGNALS) };
  if (which < 86) return { kind: 'busy' };
  return { kind: 'turn' };
}

/** The outcome of an operation, as text; none while it waits. */
export type Outcomes = Map<number, string>;
export const ok = (value: unknown): string => `gives ${String(value)}`;
export const bad = (reason: unknown): string => `fails with ${String(reason)}`;
export const chosen = (at: number | undefined, value: unknown): string =>
  `case ${String(at)}: ${String(value)}`;
const step = (result: IteratorResult<unknown, unknown>): string =>
  result.done === true ? 'is done' : ok(result.value);

/** What a channel says of itself. */
export interface State {
  readonly closed: boolean;
  readonly drained: boolean;
  readonly buffered: number;
  readonly waitingPuts: number;
  readonly waitingGets: number;
  readonly puts: number;
  readonly gets: number;
  readonly dropped: number;
}

/** Runs a program; `look` is called at every turn, when all has happened that can happen by itself. */
export async function runProgram(
  { seed, buffers, steps }: Program,
  shut: () => void,
  look: (done: number, outcomes: Outcomes, states: readonly State[]) => void,
): Promise<void> {
  seedChoices(seed);
  const chans = buffers.map((name) => new Chan<number>(BUFFERS[name].make()));
  const iterators = chans.map((ch) => ch[Symbol.asyncIterator]());
  const controllers = Array.from({ length: SIGNALS }, () => new AbortController());
  const outcomes: Outcomes = new Map();
  const signalOf = (at: number | undefined): { signal?: AbortSignal } => {
    const controller = at === undefined ? undefined : controllers[at];
    return controller === undefined ? {} : { signal: controller.signal };
  };
  const states = (): State[] =>
    chans.map((ch) => {
      const { buffered, waitingPuts, waitingGets, puts, gets, dropped } = ch.stats();
      return {
        closed: ch.closed,
        drained: ch.drained,
        buffered,
        waitingPuts,
        waitingGets,
        puts,
        gets,
        dropped,
      };
    });

  const begin = (id: number, one: Step): void => {
    const settle = (outcome: string): void => {
      outcomes.set(id, outcomes.has(id) ? `settles twice: ${outcomes.get(id)}, ${outcome}` : outcome);
    };
    const follow = (promise_: Promise<unknown>): void => {
      promise_.then(
        (value) => settle(ok(value)),
        (error: unknown) => settle(bad(error)),
      );
    };
    const called = (value: unknown, error?: unknown): void =>
      settle(error === undefined ? ok(value) : bad(error));
    const ch = chans['chan' in one ? one.chan : 0] as Chan<number>; // Sound: programs name only what there is.
    switch (one.kind) {
      case 'put':
        return follow(ch.put(one.value, signalOf(one.signal)));
      case 'get':
        return follow(ch.get(signalOf(one.signal)));
      case 'putThen':
        return ch.putThen(one.value, called);
      case 'getThen':
        return ch.getThen(called);
      case 'add':
        return void ch.add(one.value, one.value + 1);
      case 'tryPut':
        return settle(ok(ch.tryPut(one.value)));
      case 'tryGet':
        try {
          return settle(ok(ch.tryGet()));
        } catch (error) {
          return settle(bad(error));
        }
      case 'next':
        return void iterators[one.chan]?.next().then(
          (result) => settle(step(result)),
          (error: unknown) => settle(bad(error)),
        );
      case 'return':
        return void iterators[one.chan]?.return?.();
      case 'close':
        return void ch.close(one.cause);
      case 'cancel':
        return ch.cancel();
      case 'join':
        return follow(ch.join());
      case 'abort':
        return controllers[one.signal]?.abort(`signal ${one.signal}`);
      case 'select':
        return choose(one, settle);
      default:
        return shut();
    }
  };
  const choose = (one: Step & { kind: 'select' }, settle: (outcome: string) => void): void => {
    const list = one.operands.map(
      (of): Chan<number> | readonly [Chan<number>, number] | AbortSignal | undefined => {
        if (of === null) return undefined;
        if ('stop' in of) return controllers[of.stop]?.signal;
        const ch = chans[of.chan] as Chan<number>;
        return of.put === undefined ? ch : [ch, of.put];
      },
    );
    const options = {
      priority: one.priority,
      ...(one.fallback ? { default: 'the default' } : {}),
      ...signalOf(one.signal),
    };
    const fails = (error: unknown): void => settle(bad(error));
    if (one.form === 'record') {
      const record = Object.fromEntries(list.map((of, i) => [`k${i}`, of]));
      select(record, options).then(
        ({ key, value }) => settle(chosen(key === undefined ? undefined : Number(key.slice(1)), value)),
        fails,
      );
    } else if (one.form === 'list') {
      select(list, options).then(({ index, value }) => settle(chosen(index, value)), fails);
    } else {
      selectThen(
        list,
        (result, error) => (result === undefined ? fails(error) : settle(chosen(result.index, result.value))),
        options,
      );
    }
  };

  for (const [id, one] of steps.entries()) {
    if (one.kind !== 'turn') begin(id, one);
    else {
      await turns(2);
      look(id, outcomes, states());
    }
  }
  await turns(2);
  look(steps.length, outcomes, states());
}

/** The program as text, which runs by itself. */
export function textOf({ seed, buffers, steps }: Program): string {
  const chan = (at: number): string => NAMES[at] as string;
  const operand = (of: Operand): string =>
    of === null
      ? 'undefined'
      : 'stop' in of
        ? `stops[${of.stop}].signal`
        : of.put === undefined
          ? chan(of.chan)
          : `[${chan(of.chan)}, ${of.put}]`;
  const line = (one: Step, id: number): string => {
    const then = `.then(...told(${id}))`;
    const signal =
      'signal' in one && one.kind !== 'abort' && one.signal !== undefined
        ? `signal: stops[${one.signal}].signal`
        : '';
    const ch = 'chan' in one ? chan(one.chan) : '';
    switch (one.kind) {
      case 'put':
        return `${ch}.put(${one.value}${signal && `, { ${signal} }`})${then};`;
      case 'get':
        return `${ch}.get(${signal && `{ ${signal} }`})${then};`;
      case 'putThen':
        return `${ch}.putThen(${one.value}, (...got) => console.log(${id}, ...got));`;
      case 'getThen':
        return `${ch}.getThen((...got) => console.log(${id}, ...got));`;
      case 'add':
        return `${ch}.add(${one.value}, ${one.value + 1});`;
      case 'tryPut':
        return `console.log(${id}, ${ch}.tryPut(${one.value}));`;
      case 'tryGet':
        return `try { console.log(${id}, ${ch}.tryGet()); } catch (error) { console.log(${id}, 'fails', error); }`;
      case 'next':
        return `iterators.${ch}.next()${then};`;
      case 'return':
        return `iterators.${ch}.return();`;
      case 'close':
        return `${ch}.close(${one.cause === undefined ? '' : `'${one.cause}'`});`;
      case 'cancel':
        return `${ch}.cancel();`;
      case 'join':
        return `${ch}.join()${then};`;
      case 'abort':
        return `stops[${one.signal}].abort('signal ${one.signal}');`;
      case 'busy':
        return 'busy();';
      case 'turn':
        return 'await turns();';
      default: {
        const options = [`priority: ${one.priority}`, one.fallback ? "default: 'the default'" : '', signal]
          .filter(Boolean)
          .join(', ');
        const list = one.operands.map(operand);
        if (one.form === 'record')
          return `select({ ${list.map((of, i) => `k${i}: ${of}`).join(', ')} }, { ${options} })${then};`;
        if (one.form === 'list') return `select([${list.join(', ')}], { ${options} })${then};`;
        return `selectThen([${list.join(', ')}], (...got) => console.log(${id}, ...got), { ${options} });`;
      }
    }
  };
  const used = buffers.map((name, i) => `const ${chan(i)} = new Chan(${BUFFERS[name].text});`);
  return [
    `// seed ${seed}`,
    "import { Chan, dropping, promise, select, selectThen, sliding, unbounded, weighted } from 'millrace';",
    'const told = (id) => [(value) => console.log(id, value), (error) => console.log(id, "fails", error)];',
    'const turns = async () => { for (let i = 0; i < 2; i++) await new Promise(setImmediate); };',
    'const busy = () => { const w = new Chan(1); for (const end = performance.now() + 8; performance.now() < end; w.tryGet()) w.tryPut(1); };',
    'const stops = [new AbortController(), new AbortController()];',
    ...used,
    `const iterators = { ${buffers.map((_, i) => `${chan(i)}: ${chan(i)}[Symbol.asyncIterator]()`).join(', ')} };`,
    ...steps.map(line),
    'await turns();',
  ].join('\n');
}
