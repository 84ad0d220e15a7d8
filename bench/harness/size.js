/** What an application grows by when it imports something: bundled and minified by esbuild, gzipped. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ours = '../dist/index.js';

/** What each needs for channels and select, or for what it has that comes nearest. */
const imports = {
  millrace: ['{ Chan, select }', ours],
  'millrace, all of it': ['*', ours],
  medium: ['{ chan, put, take, any, close }', 'medium'],
  '@thi.ng/csp': ['{ channel, select }', '@thi.ng/csp'],
  'ts-chan': ['{ Chan, Select, recv, send }', 'ts-chan'],
  'js-csp': ['*', 'js-csp'],
  'core-async': ['*', 'core-async'],
  'async-channel': ['{ Channel }', 'async-channel'],
  'channel-ts': ['{ SimpleChannel }', 'channel-ts'],
  spica: ['{ Channel }', 'spica/channel'],
  queueable: ['{ Channel }', 'queueable'],
  '@repeaterjs/repeater': ['{ Repeater, FixedBuffer }', '@repeaterjs/repeater'],
  effect: ['{ raceFirst, runPromise } from "effect/Effect"; export { bounded, offer, take }', 'effect/Queue'],
  'effect, with Stream': [
    '{ raceFirst, runPromise } from "effect/Effect"; export { bounded, offer, take } from "effect/Queue"; export { filter, fromQueue, map, runFold }',
    'effect/Stream',
  ],
  rxjs: ['{ Subject, filter, map }', 'rxjs'],
  ix: ['{ AsyncSink } from "ix/Ix.asynciterable"; export { filter, map }', 'ix/Ix.asynciterable.operators'],
  'streaming-iterables': ['{ filter, map, parallelMap }', 'streaming-iterables'],
  effection: ['{ run, createChannel, createQueue, spawn, race }', 'effection'],
};

/** @returns {Promise<Record<string, object>>} in kB (1,000 bytes), by names */
export async function sizes(names, tell) {
  const { build } = await import('esbuild');
  const resolveDir = fileURLToPath(new URL('..', import.meta.url));
  const results = {};
  for (const [name, [what, from]] of Object.entries(imports)) {
    if (!names(name.split(',')[0])) continue;
    tell(name);
    try {
      const { outputFiles } = await build({
        stdin: { contents: `export ${what} from ${JSON.stringify(from)};`, resolveDir },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        target: 'es2022',
        external: ['node:*'],
        pure: name === 'spica' ? ['assert'] : [],
        logLevel: 'silent',
      });
      const kB = gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
      const note = what.includes(' from ') || what === '*' ? undefined : what.slice(2, -2);
      results[name] = { median: kB, least: kB, most: kB, samples: [kB], count: 1, imports: note };
    } catch (error) {
      results[name] = { failed: error.message };
    }
  }
  return results;
}
