import { describe, expect, test } from 'vitest';
import { type Chan, nop, scope } from '../../src/index.js';
import { isPending, rejection } from '../support/outcome.js';

/** A promise a test settles by hand. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('s.defer', () => {
  test('calls its functions when body and goroutines have ended, the last first', async () => {
    const events: string[] = [];
    await scope((s) => {
      s.defer(() => events.push('first deferred'));
      s.defer(() => events.push('second deferred'));
      void s.go(async () => {
        await nop();
        s.defer(() => events.push('deferred by a goroutine'));
        events.push('goroutine');
      });
      events.push('body');
    });
    expect(events).toEqual([
      'body',
      'goroutine',
      'deferred by a goroutine',
      'second deferred',
      'first deferred',
    ]);
  });

  test('awaits each before the next', async () => {
    const events: string[] = [];
    await scope((s) => {
      s.defer(() => events.push('last'));
      s.defer(async () => {
        await nop();
        events.push('slow');
      });
    });
    expect(events).toEqual(['slow', 'last']);
  });

  test('calls its functions also after a failure, whose error stays the one thrown', async () => {
    const events: string[] = [];
    const ended = scope((s) => {
      s.defer(() => events.push('first'));
      s.defer(() => events.push('second'));
      throw new Error('failed');
    });
    expect(await rejection(ended)).toEqual({ reason: new Error('failed') });
    expect(events).toEqual(['second', 'first']);
  });

  test('a function that fails fails the scope, and the others are called all the same', async () => {
    const events: string[] = [];
    const ended = scope((s) => {
      s.defer(() => events.push('first'));
      s.defer(() => Promise.reject(new Error('deferred')));
      return 'result';
    });
    expect(await rejection(ended)).toEqual({ reason: new Error('deferred') });
    expect(events).toEqual(['first']);
  });

  test('a failure of it and one of the body are both told', async () => {
    const [body, deferred] = [new Error('body'), new Error('deferred')];
    const { reason } = await rejection(
      scope((s) => {
        s.defer(() => {
          throw deferred;
        });
        throw body;
      }),
    );
    expect(reason).toBeInstanceOf(AggregateError);
    expect((reason as AggregateError).errors).toEqual([body, deferred]);
  });

  test('a failure of the body that it throws again is told once', async () => {
    const error = new Error('failed');
    const ended = scope((s) => {
      s.defer(() => Promise.reject(error));
      throw error;
    });
    expect((await rejection(ended)).reason).toBe(error);
  });

  test('may start goroutines and defer more, which the scope waits for too', async () => {
    const events: string[] = [];
    const inner = gate();
    const ended = scope((s) => {
      s.defer(() => events.push('first'));
      s.defer(() => {
        void s.go(() => inner.opened.then(() => events.push('goroutine')));
        s.defer(() => events.push('deferred later'));
      });
    });
    expect(await isPending(ended)).toBe(true);
    inner.open();
    await ended;
    expect(events).toEqual(['goroutine', 'deferred later', 'first']);
  });

  test('finds the channels of the scope still open', async () => {
    await scope((s) => {
      const ch: Chan<number> = s.chan<number>(1);
      s.defer(() => {
        expect([ch.closed, s.signal.aborted]).toEqual([false, false]);
        expect(ch.tryPut(1)).toBe(true);
      });
    });
  });
});
