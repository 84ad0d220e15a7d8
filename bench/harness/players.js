/** Who takes part in a workload, and why the others do not. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { peerNamed, peers } from '../peers/index.js';

const built = fileURLToPath(new URL('../../.build/bench-go', import.meta.url));

/** Builds the program of Go's side; what went wrong, or `undefined`. */
function buildGo() {
  mkdirSync(fileURLToPath(new URL('../../.build', import.meta.url)), { recursive: true });
  const cwd = fileURLToPath(new URL('../go', import.meta.url));
  const { status, error, stderr } = spawnSync('go', ['build', '-o', built, '.'], { cwd, encoding: 'utf8' });
  if (error !== undefined) return 'Go is not installed (Debian: apt install golang-go)';
  return status === 0 ? undefined : `go build: ${stderr.trim()}`;
}

let goes;

/** What keeps a peer from taking part at all, or `undefined`. */
function missing(peer) {
  if (peer.kind === 'go') return (goes ??= [buildGo()])[0];
  if (peer.isPackage && peer.version === undefined) return 'not installed: npm ci --prefix bench';
  if (peer.name === 'millrace-ungated' && !existsSync(new URL('../node_modules/esbuild', import.meta.url)))
    return 'esbuild is not installed: npm ci --prefix bench';
  return undefined;
}

export function goVersion() {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return stdout?.match(/go(\d\S*)/)?.[1];
}

/**
 * @returns {Promise<{ peer: object, cannot?: string, less?: string, note?: string }[]>} all that have a say, in the order of the list
 */
export async function playersOf(workload) {
  const players = [];
  for (const { name, ...entry } of peers) {
    const wanted = workload.only?.includes(name) ?? (name !== 'millrace-ungated' || workload.floor === name);
    if (!wanted) continue;
    const absent = missing({ name, ...entry });
    if (absent !== undefined) {
      players.push({ peer: { name, ...entry }, cannot: absent });
      continue;
    }
    const peer = await describe(name);
    const can = workload.operation in peer.operations;
    players.push({
      peer,
      less: peer.less[workload.operation],
      note: peer.notes[workload.operation],
      ...(can ? {} : { cannot: peer.cannot[workload.operation] ?? 'not written yet' }),
    });
  }
  return players;
}

const described = new Map();

function describe(name) {
  if (!described.has(name)) described.set(name, peerNamed(name));
  return described.get(name);
}

/**
 * The least size of the young generation, in MB of one of its halves. V8 halves it, to 1, in a process that rests for some seconds, as each
 * does while the others have their turn: in some, by chance, and not in others. 2 is what those have that keep it.
 */
export const YOUNG = '--min-semi-space-size=2';

/** The command that starts a player's process. */
export function commandOf(workload, { name, kind }, most) {
  if (kind === 'go') {
    const env = {
      ...process.env,
      GOMAXPROCS: name === 'go-1' ? '1' : '2',
      GROWS: workload.grows ? '1' : '',
      TIMES: String(workload.times ?? 1),
    };
    const args = [workload.operation, String(most ?? workload.count), ...workload.args.map(String)];
    return { command: built, args, env };
  }
  const child = fileURLToPath(new URL('child.js', import.meta.url));
  const count = most === undefined ? [] : [String(most)];
  return {
    command: process.execPath,
    args: [YOUNG, ...(workload.memory ? ['--expose-gc'] : []), child, workload.name, name, ...count],
    env: process.env,
  };
}
