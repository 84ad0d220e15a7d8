/** The job, as millrace wants it. */
import { task } from '../../dist/parallel/index.js';
import run from './function.js';

export const job = task(import.meta.url, 'job', run);
