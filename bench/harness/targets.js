/**
 * What we set out to reach, and whether we have: computed from results, never written by hand.
 *
 * @typedef {object} Target
 * @property {string} text
 * @property {number} atMost - a ratio, or with `of` a value
 * @property {string | { workload: string, peer: string }} [against] - a peer; `go`: the faster of its two; `javascript`:
 * the fastest JavaScript peer that does no less than the whole work; or a peer in another workload
 * @property {string} [of] - not a ratio but the result itself of this peer
 * @property {string} [unit] - of that
 */
import { peers } from '../peers/index.js';
import { ratio } from './statistics.js';

const kindOf = new Map(peers.map(({ name, kind }) => [name, kind]));

const measured = (results) => Object.entries(results).filter(([, { median }]) => median !== undefined);

/** The fastest of some peers, or `undefined`. */
function fastest(results, isOne) {
  return measured(results)
    .filter(([name, result]) => isOne(name, result))
    .reduce(
      (best, each) => (best !== undefined && best[1].median <= each[1].median ? best : each),
      undefined,
    );
}

function rivalOf(against, results, all) {
  if (typeof against === 'object') {
    const result = all[against.workload]?.[against.peer];
    return result?.median === undefined ? undefined : [`in ${against.workload}`, result];
  }
  if (against === 'go') return fastest(results, (name) => kindOf.get(name) === 'go');
  if (against === 'javascript')
    return fastest(results, (name, { less }) => kindOf.get(name) === 'javascript' && less === undefined);
  return fastest(results, (name) => name === against);
}

/**
 * What millrace costs, divided by what another costs.
 *
 * @param {Target['against']} against
 * @param {Record<string, object>} results - of one workload
 * @param {Record<string, Record<string, object>>} all - of all workloads
 * @returns {{ value: number, rival: string } | undefined} `undefined`: not measured
 */
export function compare(against, results, all) {
  const ours = results['millrace'];
  const rival = rivalOf(against, results, all);
  if (ours?.median === undefined || rival === undefined) return undefined;
  const [name, theirs] = rival;
  const sameRounds = typeof against !== 'object' && ours.samples.length === theirs.samples.length;
  const value = sameRounds ? ratio(ours.samples, theirs.samples) : ours.median / theirs.median;
  return { value, rival: name };
}

/**
 * @param {Target} target
 * @param {Record<string, object>} results - of the target's workload
 * @param {Record<string, Record<string, object>>} all - of all workloads
 * @returns {{ value: number, rival?: string, met: boolean } | undefined} `undefined`: not measured
 */
export function judge(target, results, all) {
  if (target.of !== undefined) {
    const value = results[target.of]?.median;
    return value === undefined ? undefined : { value, met: value <= target.atMost };
  }
  const compared = compare(target.against, results, all);
  return compared && { ...compared, met: compared.value <= target.atMost };
}
