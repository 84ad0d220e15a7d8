/** Before every test file: that it runs where it is said to. A runner of tests may well start its workers with another program. */
import { inject } from 'vitest';
import { here } from '../support/runtime.js';

const runtime = inject('runtime');
if (here !== runtime) throw new Error(`Tests for ${runtime} run on ${here}`);
