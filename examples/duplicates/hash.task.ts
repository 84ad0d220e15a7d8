/**
 * The reader as a task: what `hash.ts` does, on another thread, where nobody minds that it blocks.
 *
 * - One buffer for each thread.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Task, task } from 'millrace/parallel';
import { FLAGS, PIECE } from './hash.js';
import { type Outcome, failed } from './outcome.js';
import { type Path, located } from './path.js';
import type { Entry } from './walk.js';

let piece: Buffer | undefined;

/** An entry below a directory. */
export type Reading = readonly [root: Path, entry: Entry];

export const hashed: Task<(reading: Reading) => Outcome> = task(
  import.meta.url,
  'hashed',
  ([root, entry]) => {
    if (typeof entry !== 'string') return entry;
    try {
      return hash(root, entry);
    } catch (error) {
      return failed(entry, error);
    }
  },
);

function hash(root: Path, path: Path): Outcome {
  const file = openSync(located(root, path), FLAGS);
  try {
    const stat = fstatSync(file, { bigint: true });
    if (!stat.isFile()) return { kind: 'failed', path, vanished: true, reason: 'no longer a regular file' };
    const inode = stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : undefined;
    const sum = createHash('sha256');
    const buffer = (piece ??= Buffer.allocUnsafeSlow(PIECE));
    let size = 0;
    for (let more = stat.size > 0n; more; ) {
      const count = readSync(file, buffer, 0, PIECE, null);
      sum.update(buffer.subarray(0, count));
      size += count;
      more = count > 0;
    }
    return { kind: 'hashed', path, size, digest: sum.digest('base64'), inode };
  } finally {
    closeSync(file);
  }
}
