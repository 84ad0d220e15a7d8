import { sumInOrder } from '../work.js';

const common = { operation: 'parallel', unit: 'ns a job', floor: 'floor', expected: sumInOrder };

export const parallel1ms = {
  ...common,
  name: 'parallel-1ms',
  title: 'Parallel jobs of 1 ms',
  what: `Two worker threads each compute for 1 ms of a processor's time a job; results are summed in the order of the jobs. The floor is a
bare postMessage to each worker, with two jobs under way in each.`,
  why: 'The work decides. Every pool keeps both processors busy, and the pools differ by what the last job of each thread costs.',
  args: [1000, 2],
  count: 200,
};

export const parallel10us = {
  ...common,
  name: 'parallel-10us',
  title: 'Parallel jobs of 10 µs',
  what: 'The same with 10 µs of work a job, where handing a job over costs as much as the job.',
  why: `The floor sends a message a job. Who sends several jobs in one can be below it. Go's jobs look at the clock. Go's goroutines share memory, so a job is handed
over like any value.`,
  args: [10, 2],
  count: 4000,
};
