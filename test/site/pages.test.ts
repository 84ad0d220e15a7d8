import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { checkLinks } from '../../docs/live/links.js';
import { LIVE, Site, exampleOf, examplesOf, missing, outcome, pages, run, state } from '../support/site.js';

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

/** What is wrong with pages, by what a page must not do. */
interface Found {
  readonly early: string[];
  readonly heavy: string[];
  readonly wrong: string[];
  readonly light: string[];
  readonly dark: string[];
  readonly wide: string[];
}

/** What axe calls serious or worse on a page as it stands. */
async function serious(page: Page, path: string): Promise<string[]> {
  const { violations } = await page.evaluate(
    (given) =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(given),
    { resultTypes: ['violations'] } satisfies RunOptions,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => {
      const elements = nodes.slice(0, 3).map(({ html }) => html.slice(0, 160));
      return `${path}: ${id}: ${elements.join(' … ')}`;
    });
}

/**
 * Runs all examples of a page, so that all that the page can load is loaded.
 *
 * @returns the examples that print something else than the page says.
 */
async function runExamples(page: Page, path: string): Promise<string[]> {
  const examples = await examplesOf(path);
  const wrong: string[] = [];
  const count = await page.locator(LIVE).count();
  if (count !== examples.length) wrong.push(`${path}: ${count} examples of ${examples.length}`);
  for (const { at, name, output } of examples) {
    const example = await exampleOf(page, at);
    const expected = `done: ${output.trimEnd()}`;
    let got = '';
    // On a busy machine the event loop may have to turn in the middle of an example, whose goroutines then go on in another
    // order than on a quiet one: it has three tries.
    for (let tries = 0; tries < 3 && got !== expected; tries++) {
      if ((await state(example)) === 'idle' || tries > 0) await run(example);
      got = await outcome(example);
    }
    if (got !== expected) wrong.push(`${name}: ${got}`);
  }
  return wrong;
}

describe.skipIf(missing !== undefined)(`the pages${why}`, () => {
  let site: Site;
  const found: Found = { early: [], heavy: [], wrong: [], light: [], dark: [], wide: [] };

  // One visit to each page, as visits are what takes the time: first as it comes, then with all it can load, then in other
  // colours, then on a phone.
  beforeAll(async () => {
    site = await Site.open();
    for (const path of shown) {
      const context = await site.context({ viewport: { width: 1280, height: 40 }, reducedMotion: 'reduce' });
      site.sent.clear();
      const page = await site.visit(context, path);
      await page.waitForLoadState('networkidle');
      const early = [...site.sent.keys()].filter((file) =>
        /\/(engine|ChannelPicture|runner\.worker|threads?)\b/.test(file),
      );
      found.early.push(...early.map((file) => `${path}: ${file}`));

      await page.setViewportSize({ width: 1280, height: 900 });
      found.wrong.push(...(await runExamples(page, path)));
      await page.waitForLoadState('networkidle');
      const kilobytes = Math.round([...site.sent.values()].reduce((sum, size) => sum + size, 0) / 1000);
      if (process.env['MILLRACE_SIZES'] !== undefined) console.log(path, kilobytes, 'kB');
      if (kilobytes > LIMIT) found.heavy.push(`${path}: ${kilobytes} kB`);

      await page.addScriptTag({ path: axe });
      found.light.push(...(await serious(page, path)));
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('html.dark').waitFor({ state: 'attached' });
      found.dark.push(...(await serious(page, path)));

      await page.setViewportSize({ width: 360, height: 740 });
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      if (width > 360) found.wide.push(`${path}: ${width}`);
      await context.close();
    }
  }, 900_000);
  afterAll(() => site?.close());
  afterEach(() => {
    expect(site.troubles.splice(0)).toEqual([]);
  });

  test.each([
    ['early', 'loads an editor before an example is scrolled to'],
    ['heavy', `sends more than ${LIMIT} kB, compressed, with its editors loaded and its examples run`],
    ['wrong', 'has an example that prints anything else than the page says'],
    ['light', 'shows axe anything serious, in light'],
    ['dark', 'shows axe anything serious, in dark'],
    ['wide', 'is wider than a phone'],
  ] as const)('%s: no page %s', (...[kind]) => {
    expect(found[kind]).toEqual([]);
  });

  test('every line of the title begins where the title does', { timeout: 60_000 }, async () => {
    const context = await site.context();
    const page = await site.visit(context, '');
    const heading = page.locator('.VPHero .heading');
    const crooked: string[] = [];
    for (const width of [320, 360, 390, 430, 640, 768, 960, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      const lines = await heading.evaluate((element) => {
        const lefts = new Map<number, number>();
        for (const part of element.querySelectorAll('.name, .text'))
          for (const { left, top, width: wide } of part.getClientRects())
            if (wide > 0) lefts.set(top, Math.min(left, lefts.get(top) ?? Infinity));
        return [...lefts.values()].map((left) => left - element.getBoundingClientRect().left);
      });
      if (lines.some((indent) => Math.abs(indent) > 1)) crooked.push(`${width}: ${lines.join(', ')}`);
    }
    expect(crooked).toEqual([]);
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
