/** What the walker and the readers report: one outcome for every file, and for every directory that cannot be read. */
import { getSystemErrorMap } from 'node:util';
import type { Path } from './path.js';

export interface Hashed {
  readonly kind: 'hashed';
  readonly path: Path;
  /** In bytes. */
  readonly size: number;
  /** Equal for equal contents. */
  readonly digest: string;
  /** Equal for hard links to one file; `undefined` for a file with one name only. */
  readonly inode: string | undefined;
}

export interface Failed {
  readonly kind: 'failed';
  readonly path: Path;
  /** It was there when the walker came by, and then no longer. */
  readonly vanished: boolean;
  readonly reason: string;
}

export type Outcome = Hashed | Failed;

const GONE = new Set(['ENOENT', 'ENOTDIR', 'ESTALE']);

/**
 * An error of the file system as an outcome.
 *
 * @throws any other error: that is a bug, and no outcome.
 */
export function failed(path: Path, error: unknown): Failed {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (code === undefined || errno === undefined) throw error;
  return { kind: 'failed', path, vanished: GONE.has(code), reason: reasonOf(error) };
}

/** "permission denied", say. */
export function reasonOf(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  return getSystemErrorMap().get(errno ?? 0)?.[1] ?? code ?? message;
}
