import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as core from '../src/core.js';
import * as millrace from '../src/index.js';

// `millrace` and `millrace/core` are two faces of one class. `pretest` has built the package, which bundles are made of.

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
beforeAll(async () => {
  // Within the checkout, where the package finds itself by its name.
  folder = await mkdtemp(join(root, '.build', 'faces-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bundlers = {
  esbuild: async (entry: string, to: string): Promise<string> => {
    const { outputFiles } = await esbuild({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      outfile: to,
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  },
  // Vite bundles by rolldown.
  rolldown: async (entry: string): Promise<string> => {
    const made = await vite({
      configFile: false,
      logLevel: 'silent',
      root: folder,
      build: {
        write: false,
        target: 'es2022',
        minify: true,
        lib: { entry, formats: ['es'] },
      },
    });
    const [bundle] = made as unknown as { output: { code: string }[] }[];
    return bundle?.output[0]?.code ?? '';
  },
};

async function bundled(bundler: keyof typeof bundlers, name: string, program: string): Promise<string> {
  const entry = join(folder, `${bundler}-${name}.js`);
  await writeFile(entry, program);
  return bundlers[bundler](entry, join(folder, `${bundler}-${name}.out.js`));
}

async function outcome(code: string, name: string): Promise<unknown> {
  const file = join(folder, `run-${name}.mjs`);
  await writeFile(file, code);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as unknown;
}

const OPERATORS = /asyncPipe|groupBy|combineLatest|onError/;

describe.each(['esbuild', 'rolldown'] as const)('a bundle of %s', (bundler) => {
  test('of { Chan, select } of millrace/core runs, and has no operator', async () => {
    const code = await bundled(
      bundler,
      'core',
      `import { Chan, select } from 'millrace/core';
       const ch = new Chan(1);
       await ch.put('value');
       export const { value } = await select([ch]);
       export const has = typeof ch.map;`,
    );
    expect(code).not.toMatch(OPERATORS);
    expect(await outcome(code, `${bundler}-core`)).toMatchObject({ value: 'value', has: 'undefined' });
  });

  test.each([
    ['Chan', 'new Chan(3).add(1, 2).close().map(double).collect()', [2, 4]],
    ['from', 'from([1, 2]).map(double).collect()', [2, 4]],
    ['fromRange', 'fromRange(1, 3).map(double).collect()', [2, 4]],
    ['merge', 'merge().map(double).collect()', []],
    ['scope', 'scope((s) => s.chan(3).add(1, 2).close().map(double).collect())', [2, 4]],
  ])('of { %s } of millrace alone has the operators', async (name, made, doubled) => {
    const code = await bundled(
      bundler,
      name,
      `import { ${name} } from 'millrace';
       const double = (n) => 2 * n;
       export const doubled = await ${made};`,
    );
    expect(await outcome(code, `${bundler}-${name}`)).toMatchObject({ doubled });
  });

  test('of select of millrace alone has no operator', async () => {
    const code = await bundled(bundler, 'select', "export { select } from 'millrace';");
    expect(code).not.toMatch(OPERATORS);
  });
});

test('a channel of one face is a channel of the other', async () => {
  expect(core.Chan).toBe(millrace.Chan);
  expect(core.ReadChan).toBe(millrace.ReadChan);
  expect(core.select).toBe(millrace.select);
  const ch = new core.Chan<number>(1).add(1);
  expect(ch).toBeInstanceOf(millrace.ReadChan);
  expect(await millrace.merge(millrace.from(ch)).collect(1)).toEqual([1]);
});
