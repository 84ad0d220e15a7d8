/**
 * Does each workload of a peer once with a few values, to see that it runs and that all agree on what comes of it:
 * `node bench/check.js PEER`. Prints a line for each workload; fails if one did.
 */
import { measure } from './harness/measure.js';
import { playersOf } from './harness/players.js';
import { repetition } from './harness/repetition.js';
import { tinyCount, workloads } from './workloads/index.js';

/** What went wrong, or `undefined`. */
async function tried(workload, peer) {
  const most = tinyCount(workload);
  if (peer.kind === 'go') {
    const results = await measure(workload, [{ peer }], { rounds: 1, most, tell: () => {} });
    return results[peer.name].failed;
  }
  try {
    await repetition(workload, peer, most);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const [name] = process.argv.slice(2);
for (const workload of workloads) {
  if (workload.operation === 'size') continue;
  const player = (await playersOf(workload)).find(({ peer }) => peer.name === name);
  if (player === undefined) continue;
  const { peer, cannot } = player;
  const failed = cannot === undefined ? await tried(workload, peer) : undefined;
  if (failed !== undefined) process.exitCode = 1;
  console.log(`${workload.name}: ${failed === undefined ? (cannot ?? 'agrees') : `failed: ${failed}`}`);
}
// Pools of worker threads would keep it alive.
process.exit();
