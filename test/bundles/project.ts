/** Fresh projects that have millrace installed, built by the bundlers as their users would. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const { resolve } = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of an npm package, if that has one for this machine. */
function found(file: string): string | undefined {
  try {
    return resolve(file);
  } catch {
    return undefined;
  }
}
export const bun: string | undefined =
  found(`@oven/bun-${process.platform}-${process.arch}/bin/bun`) ?? found('bun/bin/bun.exe');
const deno = found('deno/bin.cjs');

export type Files = Readonly<Record<string, string>>;

/** @returns its folder. */
export async function project(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-'));
  const installed = join(folder, 'node_modules/millrace');
  await mkdir(installed, { recursive: true });
  await cp(join(root, 'package.json'), join(installed, 'package.json'));
  await cp(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Where a build runs: a page is stood in for by Deno, which has the workers of pages, and no `document` in them. */
export type Target = 'page' | 'node' | 'bun';

/** @returns what the program prints, parsed. */
export async function run(folder: string, file: string, target: Target): Promise<unknown> {
  const page = join(folder, 'page.js');
  const program = join(folder, file);
  await writeFile(
    page,
    `globalThis.document = { title: '', baseURI: import.meta.url, getElementsByTagName: () => [] }; globalThis.done = () => Deno.exit(); await import(${JSON.stringify(program)});`,
  );
  const [command, args] =
    target === 'node'
      ? ['node', [program]]
      : target === 'bun'
        ? [bun ?? 'bun', ['run', program]]
        : ['node', [deno ?? '', 'run', '--allow-all', '--quiet', page]];
  const { stdout } = await exec(command, args, { timeout: 30_000, cwd: folder });
  return JSON.parse(stdout);
}

/** What a bundler that does not find the worker by itself is given. */
function entries(folder: string): string[] {
  return ['main.js', 'worker.js'].map((name) => join(folder, 'src', name)).filter((file) => existsSync(file));
}

/** Builds `src/main.js` and, where the bundler does not find it by itself, `src/worker.js`. @returns the program. */
export type Build = (folder: string, target: Target) => Promise<string>;

export const builds: Readonly<Record<'Vite' | 'webpack' | 'esbuild' | 'rollup' | 'Bun', Build>> = {
  async Vite(folder) {
    const { build } = await import('vite');
    await build({
      root: folder,
      base: './',
      configFile: false,
      logLevel: 'error',
      build: {
        modulePreload: false,
        rollupOptions: { input: join(folder, 'src/main.js'), output: { entryFileNames: 'main.js' } },
      },
    });
    return 'dist/main.js';
  },

  async webpack(folder, target) {
    const { default: webpack } = await import('webpack');
    const isPage = target === 'page';
    const failures = await new Promise<string>((settle, reject) => {
      webpack(
        {
          mode: 'production',
          context: folder,
          target: isPage ? 'web' : 'node',
          entry: './src/main.js',
          experiments: { outputModule: isPage },
          output: isPage
            ? { path: join(folder, 'dist'), module: true, chunkFormat: 'module' }
            : { path: join(folder, 'dist'), filename: 'main.cjs', chunkFilename: '[name].cjs' },
        },
        (error, stats) => {
          if (error) reject(error);
          else settle(stats?.toString({ all: false, errors: true, warnings: true }) ?? '');
        },
      );
    });
    if (failures.trim() !== '') throw new Error(failures);
    return isPage ? 'dist/main.mjs' : 'dist/main.cjs';
  },

  async esbuild(folder, target) {
    const { build } = await import('esbuild');
    await build({
      absWorkingDir: folder,
      entryPoints: entries(folder),
      outdir: 'dist',
      bundle: true,
      minify: true,
      format: 'esm',
      platform: target === 'page' ? 'browser' : 'node',
      logLevel: 'error',
    });
    return 'dist/main.js';
  },

  async rollup(folder, target) {
    const [{ rollup }, { nodeResolve }] = await Promise.all([
      import('rollup'),
      import('@rollup/plugin-node-resolve'),
    ]);
    const bundle = await rollup({
      input: entries(folder),
      external: /^node:/,
      plugins: [nodeResolve({ browser: target === 'page' })],
      onwarn: () => {},
    });
    await bundle.write({ dir: join(folder, 'dist'), format: 'es' });
    await bundle.close();
    return 'dist/main.js';
  },

  async Bun(folder, target) {
    const args = [
      'build',
      ...entries(folder),
      '--outdir=dist',
      '--minify',
      `--target=${target === 'page' ? 'browser' : target}`,
    ];
    await exec(bun ?? 'bun', args, { cwd: folder });
    return 'dist/main.js';
  },
};
