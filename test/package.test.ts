import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as sources from '../src/index.js';

// The package as its users get it: packed, then installed into a project of its own.
// It packs what `pretest` built, and builds nothing itself: other tests run beside this one.

interface Manifest {
  readonly exports: Record<string, unknown>;
  readonly scripts: Record<string, string>;
  readonly [field: string]: unknown;
}

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const json = async (...path: string[]): Promise<unknown> => JSON.parse(await readFile(join(...path), 'utf8'));

let project = '';
let installed = '';
let manifest: Manifest;
let packed: string[] = [];

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'millrace-'));
  installed = join(project, 'node_modules', 'millrace');
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', project];
  const [tarball] = JSON.parse((await run('npm', pack, { cwd: root })).stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = tarball.files.map((file) => file.path);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--prefix', project];
  await run('npm', [...install, join(project, tarball.filename)], { cwd: project });
  manifest = (await json(installed, 'package.json')) as Manifest;
});

afterAll(() => rm(project, { recursive: true, force: true }));

test('the package holds the build, its sources and the papers, and nothing else', () => {
  const expected = /^(dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts|package\.json|[A-Z]+(\.md)?)$/;
  expect(packed.filter((path) => !expected.test(path))).toEqual([]);
  expect(packed).toEqual(expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md']));
});

test('every source has its module and types, and no module is left over from an earlier build', () => {
  const names = (pattern: RegExp): Set<string> =>
    new Set(packed.flatMap((path) => pattern.exec(path)?.[1] ?? []));
  const built = names(/^src\/(.+)\.ts$/);
  expect(built.size).toBeGreaterThan(0);
  expect(names(/^dist\/(.+)\.js$/)).toEqual(built);
  expect(names(/^dist\/(.+)\.d\.ts$/)).toEqual(built);
});

test('every source map leads to a source in the package', async () => {
  const maps = packed.filter((path) => path.endsWith('.map'));
  expect(maps).not.toEqual([]);
  for (const map of maps) {
    const { sources: paths } = (await json(installed, map)) as { sources: string[] };
    for (const path of paths) expect(packed).toContain(posix.join(posix.dirname(map), path));
  }
});

test('every entry of the exports map resolves to a file in the package', async () => {
  const names = Object.keys(manifest.exports).map((entry) => posix.join('millrace', entry));
  const script = `console.log(JSON.stringify(${JSON.stringify(names)}.map((n) => import.meta.resolve(n))))`;
  const { stdout } = await run('node', ['--input-type=module', '-e', script], { cwd: project });
  for (const url of JSON.parse(stdout) as string[]) {
    expect(packed).toContain(relative(installed, fileURLToPath(url)));
  }
});

test('the installed package exports at run time what the sources export', async () => {
  const script = `console.log(JSON.stringify(Object.keys(await import('millrace'))))`;
  const { stdout } = await run('node', ['--input-type=module', '-e', script], { cwd: project });
  expect(new Set(JSON.parse(stdout) as string[])).toEqual(new Set(Object.keys(sources)));
});

test('the core imports no module but its own, and none that knows of threads', async () => {
  const own = ['dist/index.js', 'dist/index.d.ts'];
  const foreign: string[] = [];
  for (const path of own) {
    for (const { fileName } of ts.preProcessFile(await readFile(join(installed, path), 'utf8'))
      .importedFiles) {
      if (!fileName.startsWith('.')) {
        foreign.push(`${path}: ${fileName}`);
        continue;
      }
      const imported = posix.join(posix.dirname(path), fileName);
      const next = path.endsWith('.d.ts') ? imported.replace(/\.js$/, '.d.ts') : imported;
      if (!own.includes(next)) own.push(next);
    }
  }
  expect(foreign).toEqual([]);
  expect(own.filter((path) => path.startsWith('dist/parallel/'))).toEqual([]);
  expect(packed).toEqual(expect.arrayContaining(own));
});

test('installing it brings no dependency and runs no script', () => {
  const fields = ['dependencies', 'optionalDependencies', 'bundleDependencies'];
  expect(fields.filter((field) => field in manifest)).toEqual([]);
  expect(manifest['peerDependenciesMeta']).toEqual({ piscina: { optional: true } });
  expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual(
    [],
  );
});

test.each<[string, ts.CompilerOptions]>([
  [
    'of a browser, without the types of Node',
    {
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
  ],
  [
    'of Node, without the types of a browser',
    { lib: ['lib.es2022.d.ts'], types: ['node'], module: ts.ModuleKind.NodeNext },
  ],
])('the declarations check in a project %s', async (_, options) => {
  const file = join(project, 'consumer.ts');
  await writeFile(file, `import * as millrace from 'millrace';\nexport const all: object = millrace;\n`);
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    typeRoots: [resolve(root, 'node_modules/@types')],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    ...options,
  });
  const own = program.getSourceFiles().filter((source) => source.fileName.startsWith(project));
  expect(own.map((source) => relative(project, source.fileName))).toContain(
    'node_modules/millrace/dist/index.d.ts',
  );
  const problems = own.flatMap((source) => ts.getPreEmitDiagnostics(program, source));
  expect(problems.map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, '\n'))).toEqual([]);
});

test('the minified and zipped bundles keep to their budgets', async () => {
  const bin = join(root, 'node_modules/size-limit/bin.js');
  // A bundle over its budget is an exit code, and in the report.
  const { stdout } = await run('node', [bin, '--json'], { cwd: root }).catch(
    (error: unknown) => error as { stdout: string },
  );
  const budgets = (await json(root, '.size-limit.json')) as { name: string }[];
  expect(JSON.parse(stdout)).toEqual(
    budgets.map(({ name }) => expect.objectContaining({ name, passed: true }) as unknown),
  );
});
