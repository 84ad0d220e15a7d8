import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// Every example as the README of the examples says to run it; `pretest` has built them.

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(`${root}/examples/README.md`, 'utf8');
const commands = [...readme.matchAll(/`node (\.build\/examples\/(\S+)\.js.*?)`/g)];

test.each(commands.map(([, args, name]) => [name ?? '', args ?? '']))(
  '%s runs by itself, shows something and ends well',
  async (_, args) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args.split(' '), { cwd: root });
    expect(stdout.split('\n').length).toBeGreaterThan(2);
    expect(stderr).toBe('');
  },
);

test('the README of the examples names every one of them', () => {
  const files = ['.', 'patterns'].flatMap((folder) =>
    readdirSync(`${root}/examples/${folder}`).map((file) => `${folder}/${file}`.replace('./', '')),
  );
  const programs = files.filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(`${root}/examples/${file}`, 'utf8').includes('program(import'),
  );
  expect(new Set(commands.map(([, , name]) => `${name}.ts`))).toEqual(new Set(programs));
});
