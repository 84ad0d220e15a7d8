import { describe, expect, test } from 'vitest';
import { type Scope, nop, scope } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';
import { turns } from '../support/turns.js';

/** A promise a test settles by hand. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('scope', () => {
  test('returns what its body returns', async () => {
    expect(await scope(async () => 5)).toBe(5);
    expect(await scope(() => 'not even async')).toBe('not even async');
    expect(await scope(() => undefined)).toBeUndefined();
  });

  test('runs its body at once', async () => {
    let ran = false;
    const ended = scope(() => void (ran = true));
    expect(ran).toBe(true);
    await ended;
  });

  test('returns only when all goroutines have ended', async () => {
    const [one, two] = [gate(), gate()];
    const ended = scope((s) => {
      void s.go(() => one.opened);
      void s.go(() => two.opened);
      return 'body';
    });
    one.open();
    expect(await isPending(ended)).toBe(true);
    two.open();
    expect(await ended).toBe('body');
  });

  test('waits for goroutines that goroutines start', async () => {
    const inner = gate();
    const ended = scope((s) => {
      void s.go(async () => {
        await nop();
        void s.go(() => inner.opened);
      });
    });
    expect(await isPending(ended)).toBe(true);
    inner.open();
    await ended;
  });

  test('waits for a goroutine started when the last one had just ended', async () => {
    const inner = gate();
    let started = false;
    const ended = scope((s) => {
      const start = (): void => {
        started = true;
        void s.go(() => inner.opened);
      };
      void s.go(() => undefined).then(start);
    });
    const pending = await isPending(ended);
    inner.open();
    await ended;
    expect([started, pending]).toEqual([true, true]);
  });

  test('s.go gives a promise of the result, and passes arguments on', async () => {
    const results = await scope(async (s) => [
      await s.go(async (a: number, b: number) => a + b, 20, 22),
      await s.go(() => 'sync'),
    ]);
    expect(results).toEqual([42, 'sync']);
  });

  test('s.go starts the function when its caller waits, never inside of it', async () => {
    const events: string[] = [];
    await scope((s) => {
      void s.go(() => void events.push('goroutine'));
      events.push('body');
    });
    expect(events).toEqual(['body', 'goroutine']);
  });

  test('the signal is aborted when it has ended, and not before', async () => {
    const escaped = await scope(async (s) => {
      await s.go(() => undefined);
      expect(s.signal.aborted).toBe(false);
      return s;
    });
    expect(escaped.signal.aborted).toBe(true);
    expect(escaped.signal.reason).toMatchObject({ name: 'AbortError' });
  });

  test('channels made by s.chan are cancelled when it has ended, and not before', async () => {
    const [used, waiting] = await scope(async (s) => {
      const chans = [s.chan<number>(2), s.chan<number>()] as const;
      await chans[0].put(1);
      expect(await chans[0].get()).toBe(1);
      await chans[0].put(2);
      return [chans[0], [chans[1].get(), chans[1]] as const] as const;
    });
    expect([used.drained, used.stats().dropped]).toEqual([true, 1]);
    expect(await waiting[0]).toBeUndefined();
    expect(waiting[1].closed).toBe(true);
  });

  test('s.chan takes what Chan takes', async () => {
    await scope((s) => {
      expect(s.chan<number>(3, { name: 'mine' }).stats()).toMatchObject({ name: 'mine', capacity: 3 });
      expect(() => s.chan(-1)).toThrow(RangeError);
    });
  });

  test('nothing outlives it: after its end s.go, s.chan and s.defer throw', async () => {
    let escaped!: Scope;
    await scope((s) => void (escaped = s));
    let ran = false;
    expect(() => escaped.go(() => (ran = true))).toThrow('This scope has ended');
    expect(() => escaped.chan()).toThrow('This scope has ended');
    expect(() => escaped.defer(() => (ran = true))).toThrow('This scope has ended');
    await turns();
    expect(ran).toBe(false);
  });

  test('nothing outlives it after a failure either', async () => {
    let escaped!: Scope;
    await rejection(
      scope((s) => {
        escaped = s;
        throw new Error('failed');
      }),
    );
    expect(() => escaped.go(() => undefined)).toThrow('This scope has ended');
  });

  test('scopes nest: the inner ends before the outer goes on', async () => {
    const events: string[] = [];
    await scope(async (outer) => {
      void outer.go(async () => {
        await scope((inner) => {
          void inner.go(async () => {
            await nop();
            events.push('inner goroutine');
          });
        });
        events.push('after inner');
      });
    });
    events.push('after outer');
    expect(events).toEqual(['inner goroutine', 'after inner', 'after outer']);
  });

  test('goroutines share its channels', async () => {
    const total = await scope(async (s) => {
      const parts = s.chan<number>();
      for (const n of [20, 22]) void s.go(() => parts.put(n));
      return ((await parts.get()) ?? 0) + ((await parts.get()) ?? 0);
    });
    expect(total).toBe(42);
  });

  test.each([[undefined], [null], [5], [{}], [Promise.resolve()]])(
    'of %o rejects with a TypeError',
    async (bad) => {
      expect((await rejection(scope(bad as never))).reason).toBeInstanceOf(TypeError);
    },
  );

  test.each([[undefined], [null], [5], [{}]])('s.go and s.defer of %o throw a TypeError', async (bad) => {
    await scope((s) => {
      expect(() => s.go(bad as never)).toThrow(TypeError);
      expect(() => s.defer(bad as never)).toThrow(TypeError);
    });
  });

  test('with a bad signal rejects with a TypeError, and does not run its body', async () => {
    let ran = false;
    const ended = scope(() => void (ran = true), { signal: 5 as never });
    expect((await rejection(ended)).reason).toBeInstanceOf(TypeError);
    expect(ran).toBe(false);
  });
});
