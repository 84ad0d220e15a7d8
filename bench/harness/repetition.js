/** One repetition of a workload by a peer: does it, checks what came of it, and returns what was measured. */
import { lateness } from './lateness.js';
import { heldBy } from './memory.js';

const nothing = () => {};

/**
 * @returns {Promise<{ value: number, ms: number }>} `value` in the workload's unit, `ms` it took
 */
export async function repetition(workload, peer, count) {
  const { [workload.operation]: operation } = peer.operations;
  if (workload.operation === 'loop') return lateness(operation, count, workload.args[0]);
  if (workload.grows) {
    const once = await timed(workload, operation, count);
    const tenfold = await timed(workload, operation, count * 10);
    return { value: tenfold / 10 / once, ms: once + tenfold };
  }
  const { times = 1, spread = 0 } = workload;
  let ms = 0;
  let all = 0;
  for (let i = 0; i < times; i++) {
    const size = Math.round(count * (1 + spread * place(i, times)));
    ms += await timed(workload, operation, size);
    all += size;
  }
  return { value: (ms * 1e6) / all, ms };
}

/** Places from -1 to 1, evenly and out of order. */
const place = (i, times) => (times === 1 ? 0 : (2 * ((i * 7) % times)) / (times - 1) - 1);

/** The bytes that stand behind each of what the workload makes. */
export async function memoryOf(workload, peer, count) {
  const memory = heldBy(count);
  await timed(workload, peer.operations[workload.operation], count, () => memory.built());
  return memory.bytes();
}

async function timed(workload, operation, count, built = nothing) {
  const start = performance.now();
  const result = await operation(count, ...workload.args, ...(workload.memory ? [built] : []));
  const ms = performance.now() - start;
  const expected = workload.expected(count);
  if (result !== expected) throw new Error(`the result is ${result} where ${expected} was expected`);
  return ms;
}
