/** Sources of 0, 1, 2 … without end, of which it can be seen whether they were released. */
import { type ReadChan, from } from '../../src/index.js';
import { turns } from './turns.js';

export interface Tracked {
  readonly chan: ReadChan<number>;
  /** Whether what it comes from has let go of what it held. */
  readonly released: boolean;
  /** Whether the stream is locked; false for what is none. */
  readonly locked: boolean;
}

type Make = (error?: Error) => Tracked;

const iterator: Make = (error) => {
  const state = { released: false };
  function* endless(): Generator<number> {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      state.released = true;
      // oxlint-disable-next-line no-unsafe-finally -- it is what a clean-up that fails does
      if (error !== undefined) throw error;
    }
  }
  return Object.assign(state, { locked: false, chan: from(endless()) });
};

const asyncIterator: Make = (error) => {
  const state = { released: false };
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      await turns();
      state.released = true;
      // oxlint-disable-next-line no-unsafe-finally -- it is what a clean-up that fails does
      if (error !== undefined) throw error;
    }
  }
  return Object.assign(state, { locked: false, chan: from(endless()) });
};

const webStream: Make = (error) => {
  let n = 0;
  let released = false;
  const stream = new ReadableStream<number>(
    {
      pull: (controller) => controller.enqueue(n++),
      async cancel() {
        await turns();
        released = true;
        if (error !== undefined) throw error;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    chan: from(stream),
    get released() {
      return released;
    },
    get locked() {
      return stream.locked;
    },
  };
};

/** For `test.each`. All but the first take some turns of the event loop to let go. Then they throw `error`, if one is given. */
export const SOURCES: readonly (readonly [name: string, make: Make])[] = [
  ['an iterator', iterator],
  ['an async iterator', asyncIterator],
  ['a web stream', webStream],
];
