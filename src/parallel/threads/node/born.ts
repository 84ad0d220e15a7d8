/**
 * How a thread learns which tasks started it. A thread of this library finds the keys of these
 * tasks in its environment data. A worker that a program starts by itself finds none.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { begin, descent } from '../nesting.js';

const KEY = 'millrace.ancestors';

// Sound: only `bear` writes this key, with a list of strings.
const ancestors = getEnvironmentData(KEY) as unknown as readonly string[] | undefined;
if (ancestors !== undefined) {
  // Workers inherit environment data, and a worker that user code starts here is no thread of the
  // library. Setting `undefined` removes the key.
  setEnvironmentData(KEY, undefined);
  begin(ancestors);
}

/**
 * Calls `make` while the environment data holds the ancestors of the new thread.
 *
 * @throws Error if no thread may be started here.
 */
export function bear<W>(make: () => W): W {
  setEnvironmentData(KEY, descent());
  try {
    return make();
  } finally {
    setEnvironmentData(KEY, undefined);
  }
}
