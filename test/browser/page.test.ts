import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { args, executablePath } from '../support/chromium.js';
import { has } from '../support/installed.js';

// Tasks and channels on Web Workers, in a page as a bundler makes it, in Chromium. What was built is bundled: `pretest` has
// built it.

const installed = has('chromium', 'apt-get install chromium', 'nothing is tried in a browser');
const path = (at: string): string => fileURLToPath(new URL(at, import.meta.url));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A server of the files of a folder; `isolated`: so that pages have shared memory. */
async function serve(folder: string, isolated: boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const name = normalize(request.url === '/' ? 'index.html' : `.${request.url}`);
    response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    readFile(join(folder, name)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.runIf(installed)('in Chromium', () => {
  let folder = '';
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-'));
    const worker = { format: 'es' } as const;
    const alias = [
      { find: /^millrace$/, replacement: path('../../dist/index.js') },
      { find: /^millrace\/parallel$/, replacement: path('../../dist/parallel/index.js') },
      {
        find: /^millrace\/parallel\/worker$/,
        replacement: path('../../dist/parallel/workers/web.js'),
      },
    ];
    const output = {
      outDir: join(folder, 'page'),
      emptyOutDir: true,
      target: 'es2022',
      minify: true,
    } as const;
    const root = path('page');
    await build({ root, configFile: false, logLevel: 'error', resolve: { alias }, worker, build: output });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: [...args] });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([true, false])(
    'tasks and channels run on Web Workers, with shared memory: %s',
    { timeout: 60_000 },
    async (isolated) => {
      const server = await serve(join(folder, 'page'), isolated);
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (line) => errors.push(line.text()));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const report = page.locator('#report');
      await report.filter({ hasText: /done \d|failed/ }).waitFor({ timeout: 30_000 });
      const lines = (await report.textContent())?.trim().split('\n');
      server.close();
      await page.close();
      expect(lines).toEqual([
        `shared memory ${isolated}`,
        'inline 1000 true',
        'ordered 1000 true',
        'unordered 100',
        'error RangeError two E_TWO odd 2',
        // Without shared memory it is not known that what travelled with it had not begun.
        isolated ? 'hang 0,-1,2,3' : expect.stringMatching(/^hang 0,-1,(-1|2),(-1|3)$/),
        'transfer 8 0',
        'port 300',
        'thread 500 done',
        ...(isolated ? ['ring 42'] : []),
        'done 0',
      ]);
      expect(errors).toEqual([]);
    },
  );
});
