/**
 * The walker: one goroutine that finds every regular file below a directory.
 *
 * - It runs no further ahead than `paths` has room: when the readers are busy, its puts wait.
 * - What it holds is one directory's entries and the names of the directories still to come.
 * - Symbolic links, pipes, sockets and devices are passed over.
 */
import { readdir } from 'node:fs/promises';
import type { WriteChan } from 'millrace';
import { type Failed, failed } from './outcome.js';
import { type Path, entryOf, located } from './path.js';

const AS_BYTES = { encoding: 'buffer', withFileTypes: true } as const;

/** Puts the files below `root` and, at the end, closes `paths`; a directory that cannot be read goes to `failures`. */
export async function walk(root: Path, paths: WriteChan<Path>, failures: WriteChan<Failed>): Promise<void> {
  const directories = [''];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    try {
      for (const entry of await readdir(located(root, directory), AS_BYTES)) {
        const path = entryOf(directory, entry.name);
        if (entry.isDirectory()) directories.push(path);
        // A put is false when the channel is closed: whoever read from it has left, so the walk is over.
        else if (entry.isFile() && !(await paths.put(path))) return;
      }
    } catch (error) {
      if (!(await failures.put(failed(directory, error)))) return;
    }
  }
  paths.close();
}
