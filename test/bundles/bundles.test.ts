import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type Files, type Target, builds, bun, project, run } from './project.js';

// Programs as their users have them: in a fresh folder, with the package as it is published, built for production. `pretest` has built
// the package.

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

type Bundler = keyof typeof builds;

async function outcome(bundler: Bundler, target: Target, files: Files): Promise<unknown> {
  const folder = await project(files);
  folders.push(folder);
  return run(folder, await builds[bundler](folder, target), target);
}

/** A program that prints what came of it. */
function program(imports: string, body: string): string {
  return `
    import { Chan, fromRange } from 'millrace';
    import { inline, output, runInThread, useWorker } from 'millrace/parallel';
    ${imports}
    const said = (error) => [error.message, error.cause?.message].join(' | ');
    const run = (task) => fromRange(1, 4).parallelPipe(2, task).collect().catch(said);
    async function main() {
      ${body}
    }
    // What stands in for a page does not end by itself.
    main().finally(() => globalThis.done?.());`;
}

const USE = "useWorker(() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));";
// Webpack finds the workers of Node by itself, and makes nonsense of an import.
const worker = (bundler: Bundler, target: Target): string =>
  target !== 'page' && bundler !== 'webpack' ? "import { Worker } from 'node:worker_threads';" : '';

const tasks = (made: Readonly<Record<string, string>>): string =>
  [
    "import { task } from 'millrace/parallel';",
    ...Object.entries(made).map(
      ([name, f]) => `export const ${name} = task(import.meta.url, '${name}', ${f});`,
    ),
  ].join('\n');

const cases: [Bundler, Target][] = [
  ['Vite', 'page'],
  ['webpack', 'page'],
  ['webpack', 'node'],
  ['esbuild', 'page'],
  ['esbuild', 'node'],
  ['rollup', 'page'],
  ['rollup', 'node'],
];
if (bun !== undefined) cases.push(['Bun', 'page'], ['Bun', 'node'], ['Bun', 'bun']);

test.each(cases)(
  'a production build of %s for %s runs all tasks in a worker that imports their modules, and no task for another of its name',
  { timeout: 180_000 },
  async (bundler, target) => {
    const imports = `
      import * as a from './a.js';
      import * as b from './b.js';
      import { coroutine } from './c.js';
      ${worker(bundler, target)}`;
    const body = `${USE}
      const out = new Chan();
      const done = runInThread(coroutine, fromRange(3), output(out));
      const inlined = inline(function outer(n) { function inner(m) { return m + 1; } return inner(n); });
      const report = [await run(a.double), await run(b.negate), await run(inlined), await out.collect(), await done];
      console.log(JSON.stringify([...report, await run(a.work), await run(b.work)]));`;
    const files = {
      'src/a.js': tasks({ double: '(n) => 2 * n', work: '(n) => 3 * n' }),
      'src/b.js': tasks({ negate: '(n) => -n', work: '(n) => 4 * n' }),
      'src/c.js': tasks({
        coroutine:
          "async (input, out) => { for await (const n of input) await out.put(n + 1); return 'done'; }",
      }),
      'src/worker.js': `import './a.js'; import './b.js'; import './c.js'; import 'millrace/parallel/worker';`,
      'src/main.js': program(imports, body),
    };
    const refused = expect.stringMatching(/^Cannot load the task 'work' of .*: several tasks have that name/);
    // Webpack tells of each module by an address of its own.
    const ofOneName =
      bundler === 'webpack'
        ? [
            [3, 6, 9],
            [4, 8, 12],
          ]
        : [refused, refused]; // prettier-ignore
    expect(await outcome(bundler, target, files)).toEqual([
      [2, 4, 6],
      [-1, -2, -3],
      [2, 3, 4],
      [1, 2, 3],
      'done',
      ...ofOneName,
    ]);
  },
);

describe('a bundle that cannot work says what to do:', { timeout: 180_000 }, () => {
  const only = { 'src/a.js': tasks({ work: '(n) => 2 * n' }) };

  test('a page whose worker does not import a task of the name of another', async () => {
    const body = `${USE} console.log(JSON.stringify([await run(a.work), await run(b.work)]));`;
    const files = {
      'src/a.js': tasks({ work: '(n) => 2 * n' }),
      'src/b.js': tasks({ work: '(n) => -n' }),
      'src/worker.js': "import './a.js'; import 'millrace/parallel/worker';",
      'src/main.js': program("import * as a from './a.js'; import * as b from './b.js';", body),
    };
    const refused = expect.stringMatching(/several tasks have that name/);
    expect(await outcome('esbuild', 'page', files)).toEqual([refused, refused]);
  });

  test('a page that names no worker for its tasks', async () => {
    const body = 'console.log(JSON.stringify(await run(work)));';
    const imports = "import { work } from './a.js'; document.title = 'a page';";
    const files = { ...only, 'src/main.js': program(imports, body) };
    expect(await outcome('Vite', 'page', files)).toMatch(
      /it needs a page, .* name by useWorker\(\) a worker/,
    );
  });

  test.each<[Bundler]>([['esbuild'], ['rollup'], ['Bun']])(
    'a program for Node that names no worker, by %s',
    async (bundler) => {
      const body = 'console.log(JSON.stringify([await run(work), await run(inline((n) => n))]));';
      const files = { ...only, 'src/main.js': program("import { work } from './a.js';", body) };
      const refused = expect.stringMatching(/has no module here\. .* name by useWorker\(\) a worker/);
      expect(await outcome(bundler, 'node', files)).toEqual([refused, refused]);
    },
  );
});
