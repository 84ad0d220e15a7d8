/**
 * Who takes part. A peer's adapter is loaded only in the process that measures it, so a checkout without the peers
 * installed can run ours and the floor.
 *
 * An adapter's default export is
 *
 * - `operations`: the work it can do, by the names the workloads use, each `(n, ...args) => result`;
 * - `cannot`: for other work, why not;
 * - `less`: for work of which it does less than the rest, such as all but the back-pressure, what is missing;
 * - `notes`: for work it does otherwise than the rest, how.
 */
import { existsSync, readFileSync } from 'node:fs';

/** A package's or program's name, its adapter, and what kind it is: `ours`, `floor`, `javascript` or `go`. */
const all = [
  ['millrace', './millrace.js', 'ours'],
  ['floor', './floor.js', 'floor'],
  ['ring', './ring.js', 'floor'],
  ['millrace-ungated', './millrace-ungated.js', 'floor'],
  ['go-1', './go.js', 'go'],
  ['go-2', './go.js', 'go'],
  ['js-csp', './js-csp.js'],
  ['@thi.ng/csp', './thi.ng-csp.js'],
  ['medium', './medium.js'],
  ['ts-chan', './ts-chan.js'],
  ['core-async', './core-async.js'],
  ['async-channel', './async-channel.js'],
  ['channel-ts', './channel-ts.js'],
  ['spica', './spica.js'],
  ['queueable', './queueable.js'],
  ['@repeaterjs/repeater', './repeater.js'],
  ['effect', './effect.js'],
  ['rxjs', './rxjs.js'],
  ['ix', './ix.js'],
  ['streaming-iterables', './streaming-iterables.js'],
  ['p-map', './p-map.js'],
  ['p-queue', './p-queue.js'],
  ['effection', './effection.js'],
  ['web-streams', './web-streams.js', 'node'],
  ['node-streams', './node-streams.js', 'node'],
  ['events.on', './events-on.js', 'node'],
  ['piscina', './piscina.js'],
  ['tinypool', './tinypool.js'],
  ['workerpool', './workerpool.js'],
  ['poolifier', './poolifier.js'],
];

const installed = (name) => new URL(`../node_modules/${name}/package.json`, import.meta.url);

function versionOf(name, kind) {
  if (kind === 'node') return process.version;
  if (kind !== undefined) return undefined;
  return existsSync(installed(name)) ? JSON.parse(readFileSync(installed(name), 'utf8')).version : undefined;
}

export const peers = all.map(([name, adapter, kind]) => ({
  name,
  adapter,
  kind: kind === undefined || kind === 'node' ? 'javascript' : kind,
  version: versionOf(name, kind),
  isPackage: kind === undefined,
}));

/** Loads the adapter of a peer. */
export async function peerNamed(name) {
  const peer = peers.find((each) => each.name === name);
  if (peer === undefined) throw new Error(`there is no peer ${name}`);
  const { default: adapter } = await import(peer.adapter);
  return { cannot: {}, less: {}, notes: {}, ...peer, ...adapter };
}
