/** The worker of workerpool in `bench/parallel.ts`. */
import workerpool from 'workerpool';
import { work } from './parallel-work.js';

workerpool.worker({ work });
