/**
 * The readers, who turn paths into hashes of contents.
 *
 * - Files are read piece by piece into one buffer for each reader: memory does not depend on their sizes.
 * - A file that vanished or cannot be read is an outcome like any other.
 */
import { createHash } from 'node:crypto';
import { constants, open } from 'node:fs/promises';
import { type Outcome, failed } from './outcome.js';
import { type Path, located } from './path.js';
import type { Entry } from './walk.js';

/** In bytes. */
export const PIECE: number = 128 * 1024;

// A pipe or a link may have taken the file's place since the walker came by: do not wait for one or follow the other.
export const FLAGS: number = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What turns an entry into its outcome. It may be called again while calls are under way. */
export function reader(root: Path, signal: AbortSignal): (entry: Entry) => Promise<Outcome> {
  const pieces: Buffer[] = [];
  return async (entry) => {
    if (typeof entry !== 'string') return entry;
    const piece = pieces.pop() ?? Buffer.allocUnsafeSlow(PIECE);
    try {
      return await hash(root, entry, piece, signal);
    } finally {
      pieces.push(piece);
    }
  };
}

/** @throws `signal.reason` when aborted. */
async function hash(root: Path, path: Path, piece: Buffer, signal: AbortSignal): Promise<Outcome> {
  try {
    const file = await open(located(root, path), FLAGS);
    try {
      const stat = await file.stat({ bigint: true });
      if (!stat.isFile()) return { kind: 'failed', path, vanished: true, reason: 'no longer a regular file' };
      const inode = stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : undefined;
      const sum = createHash('sha256');
      let size = 0;
      for (let more = stat.size > 0n; more; ) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(piece, 0, PIECE);
        sum.update(piece.subarray(0, bytesRead));
        size += bytesRead;
        more = bytesRead > 0;
      }
      return { kind: 'hashed', path, size, digest: sum.digest('base64'), inode };
    } finally {
      await file.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return failed(path, error);
  }
}
