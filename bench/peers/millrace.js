/** Ours: the build in `dist`. */
import { Chan, fromRange, select } from '../../dist/index.js';
import { parallel } from './millrace-parallel.js';
import { operationsOf } from './millrace-operations.js';

export default { operations: { ...operationsOf({ Chan, fromRange, select }), parallel } };
