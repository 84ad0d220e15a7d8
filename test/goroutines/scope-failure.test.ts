import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type Chan, type Scope, nop, scope, sleep } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';
import { uncaught } from '../support/uncaught.js';

const first = new Error('first');
const fail = (error: unknown) => async (): Promise<never> => {
  await nop();
  throw error;
};

describe('a scope that fails', () => {
  test.each([[first], [0], [null], [undefined], [false]])(
    'rethrows what its body threw: %s',
    async (error) => {
      expect(await rejection(scope(() => Promise.reject(error)))).toEqual({ reason: error });
      const thrown = scope(() => {
        throw error;
      });
      expect(await rejection(thrown)).toEqual({ reason: error });
    },
  );

  test.each([[first], [0], [null], [undefined], [false]])(
    'rethrows what a goroutine threw: %s',
    async (error) => {
      const ended = scope((s) => {
        void s.go(fail(error)).catch(() => {});
        return 'result';
      });
      expect(await rejection(ended)).toEqual({ reason: error });
    },
  );

  test('does so whether or not anybody awaits the promise of s.go, and nothing is unhandled', async () => {
    const reasons: unknown[] = [];
    const errors = await uncaught(async () => {
      reasons.push(await rejection(scope((s) => void s.go(fail(first)))));
    });
    expect([reasons, errors]).toEqual([[{ reason: first }], []]);
  });

  test('counts an error once that the body awaited and threw again', async () => {
    const ended = scope(async (s) => {
      await s.go(fail(first));
    });
    expect((await rejection(ended)).reason).toBe(first);
  });

  test('fails though the body caught the error of its goroutine', async () => {
    const ended = scope(async (s) => {
      await s.go(fail(first)).catch(() => 'caught');
      return 'result';
    });
    expect(await rejection(ended)).toEqual({ reason: first });
  });

  test('aborts its signal with the first failure as the reason', async () => {
    let signal!: AbortSignal;
    await rejection(
      scope((s) => {
        signal = s.signal;
        void s.go(fail(first));
      }),
    );
    expect([signal.aborted, signal.reason]).toEqual([true, first]);
  });

  test('aborts at the failure, not when the siblings have ended', async () => {
    const events: string[] = [];
    await rejection(
      scope(async (s) => {
        s.signal.addEventListener('abort', () => events.push('abort'));
        void s.go(async () => {
          await turns();
          events.push('sibling');
        });
        throw first;
      }),
    );
    expect(events).toEqual(['abort', 'sibling']);
  });

  test('cancels its channels, so that those who wait on them go on', async () => {
    const seen: unknown[] = [];
    let ch!: Chan<number>;
    const ended = scope((s) => {
      ch = s.chan<number>();
      const full = s.chan<number>();
      void s.go(async () => seen.push(await ch.get()));
      void s.go(async () => seen.push(await full.put(1)));
      void s.go(fail(first));
    });
    expect(await rejection(ended)).toEqual({ reason: first });
    expect(seen).toEqual([undefined, false]);
    expect([ch.closed, ch.signal.reason]).toEqual([true, first]);
  });

  test('waits for the siblings', async () => {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const ended = scope((s) => {
      void s.go(fail(first));
      void s.go(() => held);
    });
    expect(await isPending(ended)).toBe(true);
    release();
    expect(await rejection(ended)).toEqual({ reason: first });
  });

  test('does not count errors that only tell of its abort', async () => {
    const ended = scope((s) => {
      void s.go(() => sleep(60_000, { signal: s.signal }));
      void s.go(() => s.chan<number>().get({ signal: s.signal }));
      void s.go(
        () =>
          new Promise((_, reject) => {
            const error = new DOMException('stopped', 'AbortError');
            s.signal.addEventListener('abort', () => reject(error));
          }),
      );
      void s.go(fail(first));
    });
    expect((await rejection(ended)).reason).toBe(first);
  });

  test('counts an AbortError that comes before any failure', async () => {
    const own = new DOMException('own', 'AbortError');
    expect((await rejection(scope((s) => void s.go(fail(own))))).reason).toBe(own);
  });

  test('throws several failures as one AggregateError, in the order in which they came', async () => {
    const second = new Error('second');
    const third = new Error('third');
    const { reason } = await rejection(
      scope(async (s) => {
        void s.go(fail(first));
        void s.go(async () => {
          await turns(4);
          throw third;
        });
        await turns(2);
        throw second;
      }),
    );
    expect(reason).toBeInstanceOf(AggregateError);
    expect((reason as AggregateError).errors).toEqual([first, second, third]);
    expect((reason as AggregateError).message).toMatch(/3/);
  });

  test('counts falsy failures too', async () => {
    const { reason } = await rejection(
      scope((s) => {
        for (const error of [0, null, false]) void s.go(fail(error));
      }),
    );
    expect((reason as AggregateError).errors).toEqual([0, null, false]);
  });

  test('starts nothing more: s.go rejects with the reason, and nothing is unhandled', async () => {
    let started = false;
    const late: Promise<unknown>[] = [];
    const errors = await uncaught(() =>
      rejection(
        scope(async (s) => {
          void s.go(async () => {
            await turns();
            const refused = s.go(() => (started = true));
            late.push(rejection(refused));
            void s.go(() => (started = true));
          });
          throw first;
        }),
      ),
    );
    expect(await Promise.all(late)).toEqual([{ reason: first }]);
    expect([started, errors]).toEqual([false, []]);
  });

  test('makes channels that are cancelled already', async () => {
    const states: boolean[] = [];
    await rejection(
      scope(async (s) => {
        s.defer(() => states.push(s.chan<number>(1).closed));
        throw first;
      }),
    );
    expect(states).toEqual([true]);
  });
});

describe('a scope with a signal', () => {
  test('that is aborted already rejects with the reason, and does not run its body', async () => {
    let ran = false;
    const ended = scope(() => void (ran = true), { signal: AbortSignal.abort(0) });
    expect(await rejection(ended)).toEqual({ reason: 0 });
    expect(ran).toBe(false);
  });

  test.each([[first], [0], [null]])('fails with the reason %s when that is aborted', async (reason) => {
    const controller = new AbortController();
    let inner: unknown;
    const ended = scope(
      async (s) => {
        s.signal.addEventListener('abort', () => (inner = s.signal.reason));
        void s.go(() => s.chan<number>().get());
        await s.chan<number>().get({ signal: s.signal });
      },
      { signal: controller.signal },
    );
    await turns();
    controller.abort(reason);
    expect(await rejection(ended)).toEqual({ reason });
    expect(inner).toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('waits for its goroutines also when that is aborted', async () => {
    const controller = new AbortController();
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const ended = scope((s: Scope) => void s.go(() => held), { signal: controller.signal });
    controller.abort(first);
    expect(await isPending(ended)).toBe(true);
    release();
    expect(await rejection(ended)).toEqual({ reason: first });
  });

  test('leaves no listener when it has ended, well or not', async () => {
    const { signal } = new AbortController();
    const seen: number[] = [];
    const count = (): number => getEventListeners(signal, 'abort').length;
    await scope(() => void seen.push(count()), { signal });
    await rejection(scope(fail(first), { signal }));
    expect([seen, count()]).toEqual([[1], 0]);
  });

  test('has one listener on it however many scopes and operations there are', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const all = Array.from({ length: 20 }, () =>
      rejection(scope((s) => s.chan<number>().get({ signal }), { signal })),
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort('why');
    expect(await Promise.all(all)).toEqual(all.map(() => ({ reason: 'why' })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('a scope forgets channels that have ended, and cancels all that have not', async () => {
  let cancels = 0;
  const count = <C extends Chan<number>>(ch: C): C => {
    const cancel = ch.cancel.bind(ch);
    ch.cancel = (reason) => (cancels++, cancel(reason));
    return ch;
  };
  const open: Chan<number>[] = [];
  await scope((s) => {
    for (let i = 0; i < 10_000; i++) {
      const ch = count(s.chan<number>());
      if (i % 1000 === 0) open.push(ch);
      else ch.close();
    }
  });
  expect(open.every((ch) => ch.closed)).toBe(true);
  expect(cancels).toBeLessThan(200);
});

test('a scope tells of each of very many children that failed, once', async () => {
  const errors = Array.from({ length: 20_000 }, (_, i) => new Error(String(i)));
  const failed = scope(async (s) => {
    for (const error of errors)
      for (let i = 0; i < 2; i++) s.go(async () => Promise.reject(error)).catch(() => {});
  });
  const reason = await failed.catch((error: unknown) => error);
  expect(new Set((reason as AggregateError).errors)).toEqual(new Set(errors));
  expect((reason as AggregateError).errors).toHaveLength(errors.length);
});
