/**
 * The walker: one goroutine that finds every regular file below a directory.
 *
 * - It runs no further ahead than `entries` has room: when the readers are busy, its puts wait.
 * - What it holds is one directory's entries and the names of the directories still to come.
 * - Symbolic links, pipes, sockets and devices are passed over.
 */
import { readdir } from 'node:fs/promises';
import type { WriteChan } from 'millrace';
import { type Failed, failed } from './outcome.js';
import { type Path, entryOf, located } from './path.js';

const AS_BYTES = { encoding: 'buffer', withFileTypes: true } as const;

/** A file, or a directory that cannot be read. */
export type Entry = Path | Failed;

/** Puts what is below `root`, and at the end closes `entries`. */
export async function walk(root: Path, entries: WriteChan<Entry>): Promise<void> {
  const directories = [''];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    try {
      for (const entry of await readdir(located(root, directory), AS_BYTES)) {
        const path = entryOf(directory, entry.name);
        if (entry.isDirectory()) directories.push(path);
        // A put is false when the channel is closed: whoever read from it has left, so the walk is over.
        else if (entry.isFile() && !(await entries.put(path))) return;
      }
    } catch (error) {
      if (!(await entries.put(failed(directory, error)))) return;
    }
  }
  entries.close();
}
