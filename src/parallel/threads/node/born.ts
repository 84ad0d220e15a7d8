/**
 * What a thread knows of the thread that started it: a thread of this library is given the tasks in which it is started, in the data of
 * its environment. A worker that a program starts by itself is given nothing.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { begin, descent } from '../nesting.js';

const KEY = 'millrace.ancestors';

// Sound: see `bear`.
const ancestors = getEnvironmentData(KEY) as unknown as readonly string[] | undefined;
if (ancestors !== undefined) {
  // What this thread starts by itself is no thread of the library: without data there is no key.
  setEnvironmentData(KEY, undefined);
  begin(ancestors);
}

/** @throws Error where no thread may be started. */
export function bear<W>(make: () => W): W {
  setEnvironmentData(KEY, descent());
  try {
    return make();
  } finally {
    setEnvironmentData(KEY, undefined);
  }
}
