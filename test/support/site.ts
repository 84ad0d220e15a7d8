/**
 * The built guide in a real browser.
 *
 * Needs Chromium (`CHROMIUM` may name it) and the site as `npm run docs` builds it; where they are missing `missing` says how to
 * get them, and the tests of the site are skipped with that as the reason, except where `CI` is set.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
  chromium,
} from 'playwright-core';
import { expect, vi } from 'vitest';
import { args, executablePath } from './chromium.js';
import { blocksOf, root } from './code-blocks.js';

const docs = join(root, 'docs');
const built = join(docs, '.vitepress', 'dist');

const isSource = (path: string): boolean => !/(^|[\\/])(node_modules|dist|cache|api)([\\/]|$)/.test(path);

function newest(): number {
  const files = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter(isSource);
  return Math.max(
    ...files
      .map((path) => statSync(join(docs, path)))
      .filter((one) => one.isFile())
      .map((one) => one.mtimeMs),
  );
}

function whatIsMissing(): string | undefined {
  if (executablePath === undefined)
    return 'no Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM';
  const index = join(built, 'index.html');
  if (!existsSync(index)) return 'the guide is not built: npm run docs';
  if (statSync(index).mtimeMs < newest()) return 'the guide has changed since it was built: npm run docs';
  return undefined;
}

export const missing: string | undefined = whatIsMissing();

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

function builtPages(): string[] {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' });
  const found = files.filter((path) => path.endsWith('.html') && path !== '404.html');
  found.sort();
  return found.map((path) => path.replaceAll('\\', '/'));
}

/** Every page, as a path below the site's root. */
export const pages: readonly string[] = missing === undefined ? builtPages() : [];

export interface Example {
  readonly page: string;
  /** Which live example of its page it is. */
  readonly at: number;
  readonly name: string;
  readonly code: string;
  readonly output: string;
}

/** Every live example, as its page's source has it. */
export async function examplesOf(page: string): Promise<Example[]> {
  const source = page.replace(/\.html$/, '.md');
  const path = join(docs, source);
  if (!existsSync(path) || page.startsWith('api/')) return [];
  const text = await readFile(path, 'utf8');
  const isStatic = (line: number): boolean => text.split('\n')[line - 1]?.includes('static') === true;
  const live = blocksOf(text, source).filter(
    ({ name, output, isFile }) => output !== undefined && !isFile && !isStatic(Number(name.split(':')[1])),
  );
  return live.map(({ name, code, output = '' }, at) => ({ page, at, name, code, output }));
}

/** A site being served, and a browser that has reached nothing else. */
export class Site {
  /** What went wrong in pages: console errors, uncaught errors, requests to elsewhere or for what is not there. */
  readonly troubles: string[] = [];
  /** The size of all that was sent since it was last cleared, in bytes, had it been compressed. */
  readonly sent: Map<string, number> = new Map<string, number>();
  private readonly server: Server;
  private readonly browser: Browser;

  private constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async open(): Promise<Site> {
    const zipped = new Map<string, number>();
    const server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname).replace(
        /\/$/,
        '/index.html',
      );
      readFile(join(built, path)).then(
        (body) => {
          const size = zipped.get(path) ?? gzipSync(body).length;
          zipped.set(path, size);
          site.sent.set(path, size);
          response
            .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
            .end(body);
        },
        () => {
          site.troubles.push(`there is no ${path}`);
          response.writeHead(404).end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: [...args] });
    const site = new Site(server, browser);
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.route(
      (url) => !url.href.startsWith(this.origin) && !/^(data|blob):/.test(url.href),
      (route) => {
        this.troubles.push(`a request to ${route.request().url()}`);
        return route.abort();
      },
    );
    return context;
  }

  async visit(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.troubles.push(`${path}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.troubles.push(`${path}: ${String(error)}`));
    await page.goto(`${this.origin}/${path}`);
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** What can be run in a page. */
export const LIVE = 'section.example[data-state]';

/** An example of a page, scrolled to and ready to run. */
export async function exampleOf(page: Page, at: number): Promise<Locator> {
  const example = page.locator(LIVE).nth(at);
  await example.scrollIntoViewIfNeeded();
  await example.locator('.cm-content').waitFor();
  return example;
}

export async function run(example: Locator): Promise<void> {
  await example.locator('.example-run').click();
}

export const state = (example: Locator): Promise<string | null> => example.getAttribute('data-state');
export const output = (example: Locator): Promise<string> =>
  example.locator('.example-output pre').innerText();
/** Not `expect.poll`, which may not be called in a hook. */
export const ended = (example: Locator): Promise<void> =>
  vi.waitFor(async () => expect(await state(example)).not.toMatch(/^(idle|running)$/), {
    timeout: 20_000,
    interval: 50,
  });

/** What a run of an example came to: its state, and all that it printed. */
export async function outcome(example: Locator): Promise<string> {
  await ended(example);
  const failure = example.locator('.example-failure');
  const error = (await failure.count()) > 0 ? await failure.innerText() : '';
  return `${await state(example)}: ${await output(example)}${error}`;
}
