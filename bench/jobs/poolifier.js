/** The job, as poolifier wants it. */
import { ThreadWorker } from 'poolifier';
import job from './function.js';

export default new ThreadWorker(job);
