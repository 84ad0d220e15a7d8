/**
 * The digests of all files below a directory, some at a time: `node .build/examples/bounded-parallelism.js [directory]`.
 *
 * `asyncPipe` reads at most so many files at once, and still gives the digests in the order of the paths. The walk is lazy: it
 * goes on only as digests are asked for. Who has seen enough cancels, and walk and reads stop.
 *
 * The task is that of the Go blog's "Pipelines and cancellation" (Sameer Ajmani, 2014).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type ReadChan, from } from 'millrace';
import { program } from './program.js';

export interface Digested {
  readonly path: string;
  /** What is to be known of the file: its digest, or why it could not be read. */
  readonly digest: string;
}

type Digest = (path: string, signal: AbortSignal) => Promise<string>;

/** The files below a directory, sorted by name. */
async function* walk(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

/** The SHA-256 of a file, read piece by piece. */
export async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}

/** The digests of all files below `root`, at most `atOnce` in the making. */
export function digests(root: string, atOnce: number, digest: Digest = sha256): ReadChan<Digested> {
  return from(walk(root)).asyncPipe(
    atOnce,
    async (path, { signal }) => ({ path, digest: await digest(path, signal) }),
    { onError: (error, path) => ({ path, digest: String(error) }) },
  );
}

async function main(): Promise<void> {
  const root = process.argv[2] ?? fileURLToPath(new URL('../../src', import.meta.url));
  await digests(root, 8).forEach(({ path, digest }) => {
    console.log(digest.slice(0, 16), relative(root, path));
  });
}

program(import.meta.url, main);
