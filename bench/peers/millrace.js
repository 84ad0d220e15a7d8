/** Ours: the build in `dist`. */
import { existsSync } from 'node:fs';
import { Chan, fromRange, select } from '../../dist/index.js';
import { operationsOf } from './millrace-operations.js';

/** A build may be without it. */
const hasThreads = existsSync(new URL('../../dist/parallel', import.meta.url));

export default {
  operations: {
    ...operationsOf({ Chan, fromRange, select }),
    ...(hasThreads ? await import('./millrace-parallel.js') : {}),
  },
  cannot: { parallel: 'this build is without millrace/parallel' },
};
