import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserContext, BrowserContextOptions } from 'playwright-core';
import { checkLinks } from '../../docs/live/links.js';
import { Site, missing, pages } from '../support/site.js';

// The pages of the guide, in Chromium.

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const why = missing === undefined ? '' : `, skipped: ${missing}`;
const written = pages.filter((page) => !page.startsWith('api/'));
/** The reference is generated: one page of each kind stands for the others. */
const generated = new Set([
  'api/index.html',
  'api/millrace/interfaces/Chan.html',
  'api/millrace/functions/select.html',
  'api/millrace/interfaces/Scope.html',
  'api/millrace/parallel/functions/workerPool.html',
]);
const shown = [...written, ...pages.filter((page) => generated.has(page))];

/** In kB. */
const LIMIT = 320;

describe.skipIf(missing !== undefined)(`the pages${why}`, () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.open();
  });
  afterAll(() => site?.close());
  afterEach(() => {
    expect(site.troubles.splice(0)).toEqual([]);
  });

  /** Visits all pages, each in a tab of its own. */
  async function each(
    paths: readonly string[],
    options: BrowserContextOptions,
    look: (context: BrowserContext, path: string) => Promise<string[]>,
  ): Promise<string[]> {
    const found: string[] = [];
    const context = await site.context(options);
    for (const path of paths) found.push(...(await look(context, path)));
    await context.close();
    return found;
  }

  /** Whether what was sent since the last page is too much. */
  function heavy(path: string): string[] {
    const kilobytes = Math.round([...site.sent.values()].reduce((sum, size) => sum + size, 0) / 1000);
    if (process.env['MILLRACE_SIZES'] !== undefined) console.log(path, kilobytes, 'kB');
    return kilobytes > LIMIT ? [`${path}: ${kilobytes} kB`] : [];
  }

  test.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
  ] as const)('axe finds nothing serious on any page, in %s', { timeout: 240_000 }, async (_, options) => {
    const found = await each(shown, { ...options, reducedMotion: 'reduce' }, async (context, path) => {
      const page = await site.visit(context, path);
      const example = page.locator('section.example[data-state]').first();
      if ((await example.count()) > 0) {
        await example.scrollIntoViewIfNeeded();
        await example.locator('.cm-content').waitFor();
      }
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(
        (given) =>
          (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(
            given,
          ),
        { resultTypes: ['violations'] } satisfies RunOptions,
      );
      await page.close();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${path}: ${id}: ${nodes
              .slice(0, 3)
              .map(({ html }) => html.slice(0, 160))
              .join(' … ')}`,
        );
    });
    expect(found).toEqual([]);
  });

  test('no page is wider than a phone', { timeout: 120_000 }, async () => {
    const found = await each(shown, { viewport: { width: 360, height: 740 } }, async (context, path) => {
      const page = await site.visit(context, path);
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      await page.close();
      return width > 360 ? [`${path}: ${width}`] : [];
    });
    expect(found).toEqual([]);
  });

  test('no page sends more than 320 kB, compressed, with its editors loaded and its examples run', {
    timeout: 240_000,
  }, async () => {
    const found = await each(shown, {}, async (context, path) => {
      site.sent.clear();
      const page = await site.visit(context, path);
      const examples = page.locator('section.example[data-state]');
      for (const example of await examples.all()) {
        await example.scrollIntoViewIfNeeded();
        await example.locator('.cm-content').waitFor();
        if ((await example.getAttribute('data-state')) === 'idle')
          await example.locator('.example-run').click();
        // All that a program loads is there once it has ended, or printed something.
        await expect
          .poll(
            async () => (await example.locator('.example-output').innerText()).replace(/^Output\s*/, ''),
            { timeout: 30_000 },
          )
          .not.toBe('');
      }
      await page.waitForLoadState('networkidle');
      await page.close();
      return heavy(path);
    });
    expect(found).toEqual([]);
  });

  test('no page loads an editor before an example is scrolled to', { timeout: 120_000 }, async () => {
    const found = await each(shown, { viewport: { width: 1280, height: 40 } }, async (context, path) => {
      site.sent.clear();
      const page = await site.visit(context, path);
      await page.waitForLoadState('networkidle');
      await page.close();
      const loaded = [...site.sent.keys()].filter((file) =>
        /\/(engine|ChannelPicture|runner\.worker|threads?)\b/.test(file),
      );
      return loaded.map((file) => `${path}: ${file}`);
    });
    expect(found).toEqual([]);
  });

  test('every line of the title begins where the title does', { timeout: 60_000 }, async () => {
    const context = await site.context();
    const page = await site.visit(context, '');
    const heading = page.locator('.VPHero .heading');
    const found: string[] = [];
    for (const width of [320, 360, 390, 430, 640, 768, 960, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      const lines = await heading.evaluate((element) => {
        const lefts = new Map<number, number>();
        for (const part of element.querySelectorAll('.name, .text'))
          for (const { left, top, width: wide } of part.getClientRects())
            if (wide > 0) lefts.set(top, Math.min(left, lefts.get(top) ?? Infinity));
        return [...lefts.values()].map((left) => left - element.getBoundingClientRect().left);
      });
      if (lines.some((indent) => Math.abs(indent) > 1)) found.push(`${width}: ${lines.join(', ')}`);
    }
    expect(found).toEqual([]);
    await context.close();
  });

  test('the search finds what is on a page', { timeout: 60_000 }, async () => {
    const context = await site.context();
    const page = await site.visit(context, '');
    await page.locator('.DocSearch-Button').click();
    await page.locator('.VPLocalSearchBox input').fill('single-flight');
    await page.locator('.VPLocalSearchBox .result').first().waitFor();
    expect(await page.locator('.VPLocalSearchBox .result').first().innerText()).toMatch(/single-flight/i);
    await context.close();
  });
});

describe('a link of the site', () => {
  async function problemsWith(html: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-site-'));
    try {
      await writeFile(join(folder, 'index.html'), '<h1 id="top">Top</h1>');
      await writeFile(join(folder, 'page.html'), html);
      checkLinks(folder, '/base/');
      return '';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test.each([
    ['to a page', '<a href="/base/index.html">', ''],
    ['to the root', '<a class="a" href="/base/">', ''],
    ['to a heading', '<a href="./index.html#top">', ''],
    ['to elsewhere', '<a href="https://example.org/nothing">', ''],
    ['to a page that is not there', '<a href="./none.html">', 'page.html: ./none.html: no such page'],
    [
      'to a heading that is not there',
      '<a href="./index.html#bottom">',
      'page.html: ./index.html#bottom: no such heading',
    ],
    ['out of the site', '<a href="/index.html">', 'page.html: /index.html: no such page'],
  ])('%s is judged', async (_, html, problem) => {
    const found = await problemsWith(html);
    if (problem === '') expect(found).toBe('');
    else expect(found).toContain(problem);
  });
});
