/** Loops over what another thread always has ready, or that never wait, let timers and I/O through. */
import { describe, expect, test } from 'vitest';
import { fromPort, inline, ring, workerPool } from '../../src/parallel/index.js';
import { breathes } from '../support/breathes.js';

type Loop = (more: () => boolean) => Promise<void>;

const loops: [string, () => Loop][] = [
  [
    'put and get of a ring on one thread',
    () => {
      const numbers = ring({ capacity: 8 });
      return async (more) => {
        while (more()) {
          await numbers.put(1);
          await numbers.get();
        }
      };
    },
  ],
  [
    'get of a ring that is kept full',
    () => {
      const numbers = ring({ capacity: 8 });
      return async (more) => {
        for (; more(); numbers.tryPut(1)) if (numbers.size > 0) await numbers.get();
      };
    },
  ],
  [
    'put to a ring that is kept empty',
    () => {
      const bytes = ring({ capacity: 8, kind: 'bytes' });
      return async (more) => {
        for (const piece = new Uint8Array(8); more(); bytes.tryGet()) await bytes.put(piece);
      };
    },
  ],
  [
    'for await of a ring that is kept full',
    () => {
      const numbers = ring({ capacity: 8 });
      numbers.tryPut(0);
      return async (more) => {
        for await (const n of numbers) {
          if (!more()) break;
          numbers.tryPut(n);
        }
      };
    },
  ],
  [
    'get of a closed ring',
    () => {
      const numbers = ring();
      numbers.close();
      return async (more) => {
        while (more()) await numbers.get();
      };
    },
  ],
  [
    'put to a closed ring',
    () => {
      const numbers = ring();
      numbers.close();
      return async (more) => {
        while (more()) await numbers.put(1);
      };
    },
  ],
  [
    'get from a port whose messages follow each other at once',
    () => {
      // As from a thread that is faster than this one: Node calls the listeners of up to 1000 messages in one turn.
      const port = Object.assign(new EventTarget(), {
        postMessage: ({ type, count }: { type: string; count: number }) => {
          if (type !== 'credit') return;
          const send = async (): Promise<void> => {
            for (let n = 0; n < count; n++) {
              // Not before somebody waits for it.
              for (let step = 0; step < 10; step++) await null;
              const data = { type: 'values', values: [n] };
              port.dispatchEvent(Object.assign(new Event('message'), { data }));
            }
          };
          void send();
        },
        close() {},
      });
      const values = fromPort(port, { window: 1 });
      return async (more) => {
        while (more()) await values.get();
        values.cancel();
      };
    },
  ],
  [
    'a call of a pool that was disposed',
    () => {
      const pool = workerPool(1);
      const same = inline((n: number) => n);
      return async (more) => {
        await pool.dispose();
        while (more()) await pool.run(same, 1).catch(() => {});
      };
    },
  ],
  [
    'a call of a pool that is aborted before, or at once',
    () => {
      const pool = workerPool(1);
      const slow = inline(() => new Promise(() => {}));
      const options = { signal: AbortSignal.abort() };
      return async (more) => {
        void pool.run(slow, 0).catch(() => {});
        while (more()) {
          await pool.run(slow, 1, options).catch(() => {});
          const controller = new AbortController();
          const call = pool.run(slow, 1, { signal: controller.signal }).catch(() => {});
          controller.abort();
          await call;
        }
        await pool.dispose();
      };
    },
  ],
  [
    'calls of a pool whose threads answer at once',
    () => {
      const worker = (): object => {
        let receive: (message: unknown) => void = () => {};
        return {
          on: (type: string, listener: (message: unknown) => void) => {
            if (type === 'message') receive = listener;
          },
          postMessage: ({ type, id, values }: { type: string; id: number; values: unknown[] }) => {
            const reply = { type: 'reply', id, results: values, errors: [], ms: 0, done: true };
            if (type === 'run') queueMicrotask(() => receive(reply));
            if (type === 'bye') queueMicrotask(() => receive({ type: 'quiet' }));
          },
          ref() {},
          unref() {},
          terminate: async () => 0,
        };
      };
      const pool = workerPool(1, { worker });
      const same = inline((n: number) => n);
      return async (more) => {
        while (more()) await pool.run(same, 1);
        await pool.dispose();
      };
    },
  ],
];

describe('a timer and an immediate run while there is a loop of', () => {
  test.each(loops)('%s', async (_, loop) => {
    expect(await breathes(loop())).toBe(true);
  });
});
