/** The job, as workerpool wants it. */
import workerpool from 'workerpool';
import job from './function.js';

workerpool.worker({ job });
