/** SECURITY.md: a test for each claim that a program can check. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Worker } from 'node:worker_threads';
import { Chan, from, fromRange, select, unbounded } from '../../src/index.js';
import { fromPort, inline, runInThread, task, toPort, workerPool } from '../../src/parallel/index.js';
import { fromWire, toWire, type Wire } from '../../src/parallel/threads/error-transport.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { rejection } from '../support/outcome.js';
import { square } from '../parallel/tasks/jobs.js';
import { forges, forgesAll, same, traces } from '../parallel/tasks/hostile.js';
import { turns } from '../support/turns.js';

const root = new URL('../../', import.meta.url);

/** Names that a careless library finds on a prototype, or sets there. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'];

describe('what it does to the process:', () => {
  test('the core imports nothing but itself, evaluates no code and asks for no network', () => {
    const core = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('parallel'),
    );
    expect(core.length).toBeGreaterThan(40);
    for (const file of core) {
      const code = readFileSync(new URL(`src/${file}`, root), 'utf8').replaceAll(
        /\/\*[\s\S]*?\*\/|\/\/.*/g,
        '',
      );
      const imports = [...code.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)].map(
        (one) => one[1] ?? one[2],
      );
      expect(imports.filter((name) => !name?.startsWith('.'))).toEqual([]);
      expect(code).not.toMatch(/\beval\(|new Function\(|\bfetch\(|XMLHttpRequest|WebSocket/);
    }
  });

  test('the package has no dependencies and no scripts that run when it is installed', () => {
    const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      readonly dependencies?: object;
      readonly scripts: Record<string, string>;
    };
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    ).toEqual([]);
  });
});

describe('what is passed on:', () => {
  test('a channel carries references, and a cause is passed by identity', async () => {
    const value = { secret: 1 };
    const cause = Object.assign(new Error('why'), { value });
    const ch = new Chan<object>(1).add(value).close(cause);
    expect(await ch.get()).toBe(value);
    expect((await rejection(ch.map((it) => it).get())).reason).toBe(cause);
  });

  test('what is typed as a ReadChan is still the channel', () => {
    const ch = new Chan<number>(1);
    const read: { readonly tryGet: () => number | undefined } = ch;
    expect((read as unknown as Chan<number>).tryPut(1)).toBe(true);
  });
});

describe('names that come from outside are never looked up on, or set on, a prototype:', () => {
  /** Runs `act`; afterwards no object has a property that it had not before. */
  async function unpolluted(act: () => Promise<void>): Promise<void> {
    const before = [Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one));
    await act();
    expect(
      [Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one)),
    ).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  }

  test.each(NAMES)('a case of a select may be named %s', (name) =>
    unpolluted(async () => {
      const ch = new Chan<number>();
      // Of its own, as of JSON.parse.
      const cases = Object.defineProperty({}, name, { value: ch, enumerable: true }) as Record<
        string,
        Chan<number>
      >;
      const ready = select(cases);
      expect(ch.tryPut(1)).toBe(true);
      expect(await ready).toEqual({ key: name, value: 1 });
      const waiting = new Chan<number>(1).add(2);
      const polled = Object.defineProperty({}, name, { value: waiting, enumerable: true }) as typeof cases;
      expect(await select(polled)).toEqual({ key: name, value: 2 });
    }),
  );

  test('cases that are only inherited are none', async () => {
    const cases = Object.create({ inherited: new Chan<number>(1).add(1) }) as Record<string, Chan<number>>;
    expect(await select(cases, { default: 0 })).toMatchObject({ key: undefined, value: 0 });
  });

  test.each(NAMES)('a key of groupBy and of asyncPipe, and a topic of pub, may be %s', (name) =>
    unpolluted(async () => {
      const grouped = new Chan<string>(3).add(name, name, 'other').close();
      expect(await grouped.groupBy((it) => it).collect()).toEqual([
        [name, [name, name]],
        ['other', ['other']],
      ]);
      const keyed = new Chan<string>(2).add(name, 'other').close();
      expect(await keyed.asyncPipe(2, (it) => it, { key: (it) => it }).collect()).toEqual([name, 'other']);
      const source = new Chan<string>(2);
      const pub = source.pub((it) => it);
      const got = pub.sub(name).collect();
      source.add(name, 'other').close();
      expect(await got).toEqual([name]);
    }),
  );

  test.each(NAMES)('nor by an error from another thread with a property %s', (name) =>
    unpolluted(async () => {
      const wire: Wire = {
        ...(toWire(new Error('far')) as Wire & { kind: 'error' }),
        details: [[name, { polluted: 1 }]],
      };
      const error = fromWire(wire) as Error;
      expect(error).toBeInstanceOf(Error);
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    }),
  );
});

describe('an error from another thread is data:', () => {
  test('its class is one of the language, or Error, whatever it says', () => {
    for (const type of ['Function', 'Array', 'constructor', '__proto__', 'Worker']) {
      const wire: Wire = { ...(toWire(new Error('far')) as Wire & { kind: 'error' }), type };
      const error = fromWire(wire) as Error;
      expect([error.constructor, error.name]).toEqual([Error, type]);
    }
  });

  test('one that makes no sense is an error that says so', () => {
    for (const wire of [undefined, null, 5, {}, { kind: 'error' }, { kind: 'error', details: 5 }]) {
      expect(fromWire(wire as never)).toEqual(new Error('An error that could not be read'));
    }
  });

  test('one whose members fight back stays where it was thrown', () => {
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('never read');
      },
    });
    expect(fromWire(toWire(hostile))).toEqual(new Error('An error that could not be read'));
  });
});

describe('a message from another thread', () => {
  const nonsense = 'A message came through the port that makes no sense';

  test.each([
    [{ type: 'values' }],
    [{ type: 'values', values: 5 }],
    [{ type: 'values', values: { length: 1 } }],
    [{ type: 'values', values: [undefined] }],
    [{ type: 'values', values: Array(1000).fill(0) }],
  ])('that is nothing a writer sends fails the reader: %j', async (message) => {
    const { port1, port2 } = new MessageChannel();
    const ch = fromPort<number>(port1, { window: 4 });
    const got = rejection(ch.get());
    await turns();
    port2.postMessage(message);
    expect((await got).reason).toEqual(new TypeError(nonsense));
    expect(ch.drained).toBe(true);
    port2.close();
  });

  test.each([[NaN], [-1], [0], [Infinity], [0.5], ['1'], [undefined]])(
    'that gives %j credits cancels the writer',
    async (count) => {
      const { port1, port2 } = new MessageChannel();
      const ch = new Chan<number>();
      toPort(ch, port1 as never);
      const put = ch.put(1);
      port2.postMessage({ type: 'credit', count });
      expect(await put).toBe(false);
      expect(ch.closed).toBe(true);
      port2.close();
    },
  );

  test.each([[null], ['text'], [5], [{}], [[]], [{ type: '__proto__' }], [{ type: 'constructor' }]])(
    'of no kind at all is passed over: %j',
    async (message) => {
      const { port1, port2 } = new MessageChannel();
      const [a, b] = [new MessageChannel(), new Chan<number>(1).add(7).close()];
      toPort(b, a.port1 as never);
      const ch = fromPort<number>(a.port2);
      a.port1.postMessage(message);
      expect(await ch.collect()).toEqual([7]);
      port1.close();
      port2.close();
    },
  );
});

describe('only the source that inline was given is evaluated:', () => {
  const SOURCE = '(globalThis.evaluated = "by a value", () => 1)()';

  test('a value that looks like source, like a task, or like a message of ours is a value', async () => {
    await using pool = workerPool(1);
    const values = [
      SOURCE,
      { source: SOURCE, initialize: SOURCE },
      { spec: { source: SOURCE }, run: SOURCE },
      { type: 'run', id: 1, eager: true, task: { source: SOURCE }, values: [1] },
      { type: 'coroutine', task: { source: SOURCE }, args: [] },
    ];
    expect(await from(values).parallelPipe(1, same, { pool }).collect()).toEqual(values);
    const copies = inline((value: {}) => value);
    expect(await from(values).parallelPipe(1, copies, { pool }).collect()).toEqual(values);
    expect(await from([0]).parallelPipe(1, traces, { pool }).collect()).toEqual(['undefined']);
    expect('evaluated' in globalThis).toBe(false);
  });

  test('a function has no say in what its source is', async () => {
    await using pool = workerPool(1);
    const plain = (n: number): number => n + 1;
    const lies = { toString: () => SOURCE, [Symbol.toPrimitive]: () => SOURCE, source: SOURCE, name: SOURCE };
    for (const [name, value] of [...Object.entries(lies), [Symbol.toPrimitive, lies.toString] as const])
      Object.defineProperty(plain, name, { value });
    expect(await from([1]).parallelPipe(1, inline(plain), { pool }).collect()).toEqual([2]);
    expect(await from([0]).parallelPipe(1, traces, { pool }).collect()).toEqual(['undefined']);
  });

  test('to make one runs nothing here, and there it sees nothing of the scope that it was written in', async () => {
    await using pool = workerPool(1);
    const secret = { calls: 0 };
    const reads = inline((n: number) => (secret.calls += n));
    expect((await rejection(from([1]).parallelPipe(1, reads, { pool }).get())).reason).toBeInstanceOf(
      ReferenceError,
    );
    expect(secret.calls).toBe(0);
  });
});

describe('threads are started for those who ask:', () => {
  const url = new URL('../../dist/parallel/workers/node.js', import.meta.url);

  /** A pool that counts the threads it starts. */
  function counting(size: number): { pool: ReturnType<typeof workerPool>; started: () => number } {
    let count = 0;
    const worker = (): Worker => {
      count++;
      return new Worker(url);
    };
    return { pool: workerPool(size, { worker }), started: () => count };
  }

  test('for values to run, and for nothing that only speaks of them', async () => {
    const { pool, started } = counting(2);
    const unread = new Chan<number>(1).add(1).parallelPipe(2, square, { pool });
    task('node:path', 'basename', String);
    inline((n: number) => n);
    await turns();
    expect(started()).toBe(0);
    expect(() => fromRange(1).parallelPipe(0, square, { pool })).toThrow(RangeError);
    unread.cancel();
    await turns();
    expect([started(), pool.running]).toEqual([0, 0]);
    await pool.dispose();
  });

  test('and never more than a pool has, however many pipes, lanes and values there are', async () => {
    const { pool, started } = counting(2);
    const pipes = Array.from({ length: 5 }, () => fromRange(50).parallelPipe(16, square, { pool }).collect());
    for (const results of await Promise.all(pipes)) expect(results.length).toBe(50);
    expect(started()).toBeLessThanOrEqual(2);
    await pool.dispose();
    await rejection(fromRange(1).parallelPipe(1, square, { pool }).get());
    expect([started() <= 2, pool.running]).toEqual([true, 0]);
  });
});

describe('a thread that speaks past its pool', () => {
  const reply = { type: 'reply', id: 1, results: [1], errors: [], ms: 1, done: true };

  test.each<[unknown]>([
    [null],
    ['text'],
    [5],
    [[]],
    [{}],
    [{ type: 'values' }],
    [{ type: '__proto__' }],
    [{ type: 'ready', id: {} }],
    [{ ...reply, id: -1 }],
    [{ type: 'run', task: { source: 'globalThis.evaluated = 1' }, id: 1, values: [1] }],
    [{ type: 'returned' }],
  ])('is passed over where that is no reply of its: %j', async (message) => {
    await using pool = workerPool(1);
    const all = from([message as {}, message as {}]).parallelPipe(1, forges, { pool });
    expect(await all.collect()).toEqual(['returned', 'returned']);
    expect(pool.running).toBe(1);
    expect('evaluated' in globalThis).toBe(false);
  });

  // The ids of batches count from 1 in the process: so one of these is of the batch that is under way.
  const forged = (bad: object): object[] =>
    Array.from({ length: 400 }, (_, id) => ({ ...reply, ...bad, id }));

  test.each<[object]>([
    [{ results: undefined }],
    [{ results: [] }],
    [{ results: { length: 1 } }],
    [{ errors: 5 }],
    [{ errors: [5] }],
    [{ results: Array(1000).fill(0) }],
    [{ ms: NaN }],
    [{ ms: undefined }],
    [{ done: 'perhaps', results: [1, 2, 3] }],
  ])('fails its own call at worst, and nothing waits or breaks: %j', async (bad) => {
    await using pool = workerPool(1);
    const errors: unknown[] = [];
    const onError = (error: unknown): undefined => void errors.push(error);
    const results = await from([forged(bad), forged(bad)])
      .parallelPipe(1, forgesAll, { pool, onError })
      .collect();
    expect(results.length + errors.length).toBe(2);
    for (const error of errors) expect(error).toBeInstanceOf(Error);
    expect(await fromRange(3).parallelPipe(1, square, { pool }).collect()).toEqual([0, 1, 4]);
  });

  test.each<[unknown]>([[null], ['text'], [{}], [{ type: 'ready' }], [{ type: 'reply' }]])(
    'does not end a coroutine that way: %j',
    async (message) => {
      expect(await runInThread(forges, message)).toBe('returned');
    },
  );
});

describe('a buffer of your own', () => {
  test('that throws fails the put or the get that met it, and no other', async () => {
    class Picky extends OwnQueue<number> {
      override add(value: number): void {
        if (value === 2) throw new RangeError('not 2');
        super.add(value);
      }
    }
    const ch = new Chan<number>(new Picky(4));
    expect(await ch.put(1)).toBe(true);
    await expect(ch.put(2)).rejects.toMatchObject({ cause: { message: 'not 2' } });
    expect(await ch.put(3)).toBe(true);
    expect([await ch.get(), await ch.get()]).toEqual([1, 3]);
  });

  test('that gives nothing, though it said that it could, is a TypeError and not an end', async () => {
    class Empty extends OwnQueue<number> {
      override take(): number {
        super.take();
        return undefined as never;
      }
    }
    const ch = new Chan<number>(new Empty(4)).add(1);
    await expect(ch.get()).rejects.toThrow(TypeError);
    expect([ch.closed, ch.drained]).toEqual([false, false]);
  });

  test('sees the values of its own channel, and nothing of who waits', () => {
    const seen: unknown[][] = [];
    class Spy extends OwnQueue<number> {
      override add(...args: [number]): void {
        seen.push(args);
        super.add(...args);
      }
    }
    new Chan<number>(new Spy(1)).add(1);
    expect(seen).toEqual([[1]]);
  });
});

describe('memory is bounded by what was chosen:', () => {
  test('a fixed buffer with maxPending holds no more than both; an unbounded one holds all', async () => {
    const bounded = new Chan<number>(2, { maxPending: 3 });
    const outcomes = await Promise.race([
      Promise.allSettled(Array.from({ length: 10 }, (_, i) => bounded.put(i))),
      turns().then(() => bounded.stats()),
    ]);
    expect(outcomes).toMatchObject({ buffered: 2, waitingPuts: 3 });
    const free = new Chan<number>(unbounded());
    for (let i = 0; i < 10_000; i++) expect(free.tryPut(i)).toBe(true);
    expect(free.stats().buffered).toBe(10_000);
  });
});
