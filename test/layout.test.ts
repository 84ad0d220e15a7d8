import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

// The map of src/README.md, held: see there what each folder is for.

const root = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** From the ground up. A file imports from its own floor's folder, and from floors below. */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['channel'],
  ['select', 'pull'],
  ['core.ts', 'operators'],
  ['sources', 'goroutines'],
  ['parallel/threads'],
  ['parallel/pool'],
  ['parallel/links'],
  ['parallel/workers'],
  ['index.ts', 'parallel/index.ts', 'inspect'],
];

/** Imports upward, or from one folder of a floor to another. This list may only shrink. */
const ALLOWED: readonly string[] = [];

const MOST = 350;

const roomOf = (path: string): string => {
  const rooms = FLOORS.flat().filter((room) => path === room || path.startsWith(`${room}/`));
  return rooms.find((room) => room === path) ?? rooms[0] ?? `no room: ${path}`;
};
const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));

/** What a file imports of the others, types included. */
function importsOf(path: string): string[] {
  return ts
    .preProcessFile(textOf(path), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .map((name) => (name === '#platform' ? './parallel/threads/platform.js' : name))
    .map((name) =>
      name.startsWith('./parallel/threads/platform')
        ? 'parallel/threads/platform.ts'
        : name.startsWith('.')
          ? relative(root, join(root, dirname(path), name)).replace(/\.js$/, '.ts')
          : '',
    )
    .filter((name) => name !== '');
}

const upward = files.flatMap((path) => {
  const from = roomOf(path);
  return importsOf(path)
    .filter((to) => roomOf(to) !== from && floorOf(roomOf(to)) >= floorOf(from))
    .map((to) => `${path} -> ${to}`);
});

describe('src', () => {
  test('has every file in a room of the map', () => {
    expect(files.filter((path) => floorOf(roomOf(path)) < 0)).toEqual([]);
  });

  test('imports downward only, types included', () => {
    expect(new Set(upward)).toEqual(new Set(ALLOWED));
  });

  test(`has no file of more than ${MOST} lines`, () => {
    expect(files.filter((path) => textOf(path).split('\n').length - 1 > MOST)).toEqual([]);
  });
});
