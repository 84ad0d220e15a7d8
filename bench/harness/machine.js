/** What was measured on: results from two machines are not to be compared. */
import { cpus, release, totalmem, type } from 'node:os';
import { peers } from '../peers/index.js';
import { goVersion } from './players.js';

export function machine() {
  const [{ model }] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    processors: cpus().length,
    model: model.replaceAll(/\s+/g, ' ').trim(),
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    system: `${type()} ${release().split('-')[0]}`,
    node: process.version,
    go: goVersion(),
    peers: Object.fromEntries(
      peers.filter((each) => each.isPackage).map(({ name, version }) => [name, version]),
    ),
  };
}
