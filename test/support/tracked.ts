/** Sources of 0, 1, 2 … without end, of which it can be seen whether they were released. */
import { type ReadChan, from } from '../../src/index.js';
import { turns } from './turns.js';

export interface Tracked {
  readonly chan: ReadChan<number>;
  /** Whether what it comes from has let go of what it held. */
  released: boolean;
  /** Whether the stream is locked; false for what is none. */
  readonly locked: boolean;
}

/** For `test.each`. What lets go asynchronously takes some turns of the event loop to do so, and then throws `error`, if one is given. */
export const SOURCES: readonly (readonly [name: string, make: (error?: Error) => Tracked])[] = [
  [
    'an iterator',
    (error) => {
      const tracked = {
        released: false,
        locked: false,
        chan: from(
          (function* (): Generator<number> {
            try {
              for (let n = 0; ; n++) yield n;
            } finally {
              tracked.released = true;
              // oxlint-disable-next-line no-unsafe-finally -- it is what a clean-up that fails does
              if (error !== undefined) throw error;
            }
          })(),
        ),
      };
      return tracked;
    },
  ],
  [
    'an async iterator',
    (error) => {
      const tracked = {
        released: false,
        locked: false,
        chan: from(
          (async function* (): AsyncGenerator<number> {
            try {
              for (let n = 0; ; n++) yield n;
            } finally {
              await turns();
              tracked.released = true;
              // oxlint-disable-next-line no-unsafe-finally -- it is what a clean-up that fails does
              if (error !== undefined) throw error;
            }
          })(),
        ),
      };
      return tracked;
    },
  ],
  [
    'a web stream',
    (error) => {
      let n = 0;
      const stream = new ReadableStream<number>(
        {
          pull: (controller) => controller.enqueue(n++),
          async cancel() {
            await turns();
            tracked.released = true;
            if (error !== undefined) throw error;
          },
        },
        { highWaterMark: 0 },
      );
      const tracked = {
        released: false,
        get locked() {
          return stream.locked;
        },
        chan: from(stream),
      };
      return tracked;
    },
  ],
];
