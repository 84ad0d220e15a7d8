import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import {
  type Example,
  Site,
  ended,
  exampleOf,
  examplesOf,
  missing,
  output,
  pages,
  run,
  state,
} from '../support/site.js';

// The live examples of the guide, in Chromium. That each prints what its page says is in pages.test.ts.

const byPage = new Map<string, Example[]>();
for (const page of pages) {
  const examples = await examplesOf(page);
  if (examples.length > 0) byPage.set(page, examples);
}

test.skipIf(missing === undefined || process.env['CI'] === undefined)(
  'what the tests of the site need is there',
  () => {
    expect(missing).toBeUndefined();
  },
);

const why = missing === undefined ? '' : `, skipped: ${missing}`;

describe.skipIf(missing !== undefined)(`the live examples${why}`, () => {
  let site: Site;
  let context: BrowserContext;

  beforeAll(async () => {
    site = await Site.open();
    context = await site.context();
  });
  afterAll(() => site?.close());
  afterEach(() => {
    expect(site.troubles.splice(0)).toEqual([]);
  });

  async function type(example: Locator, text: string): Promise<void> {
    const editor = example.locator('.cm-content');
    await editor.focus();
    await editor.press('ControlOrMeta+a');
    await editor.page().keyboard.insertText(text);
  }

  async function first(path: string): Promise<{ page: Page; example: Locator }> {
    const page = await site.visit(context, path);
    return { page, example: await exampleOf(page, 0) };
  }

  test('there are examples on every page of the tutorial and the recipes', () => {
    const teaching = pages.filter((page) => /^(tutorial|recipes)\//.test(page));
    expect(teaching.length).toBeGreaterThanOrEqual(20);
    expect(teaching.filter((page) => !byPage.has(page))).toEqual([]);
  });

  test('a changed example runs as changed, and can be reset', async () => {
    const { page, example } = await first('tutorial/2-csp.html');
    await type(example, "const n: number = 41;\nconsole.log('changed', n + 1);");
    await run(example);
    await ended(example);
    expect(await output(example)).toBe('changed 42');
    await example.locator('.example-reset').click();
    await run(example);
    await ended(example);
    expect(await output(example)).toContain('soup is served');
    await page.close();
  });

  test.each([
    ['of the program', "console.log(1);\n\nthrow new TypeError('no');", 'TypeError: no (line 3)', 3],
    [
      'of a goroutine',
      "import { go } from 'millrace';\ngo(async () => {\n  throw new Error('in it');\n});",
      'Error: in it (line 3)',
      3,
    ],
    ['of syntax', 'const a = 1;\nconst = 2;', /^SyntaxError: .* \(line 2\)$/, 2],
    [
      'of an import',
      "import { nope } from 'elsewhere';\nnope();",
      /'elsewhere' cannot be imported here.*\(line 1\)/,
      1,
    ],
  ])('an error %s is shown, with its line', async (_, code, message, line) => {
    const { page, example } = await first('tutorial/2-csp.html');
    await type(example, code);
    await run(example);
    await ended(example);
    expect(await state(example)).toBe('failed');
    const shown = (await example.locator('.example-failure').innerText()).trim();
    if (typeof message === 'string') expect(shown).toBe(message);
    else expect(shown).toMatch(message);
    const lines = await example
      .locator('.cm-line')
      .evaluateAll((all) =>
        all.flatMap((one, i) => (one.classList.contains('example-failed-line') ? [i + 1] : [])),
      );
    expect(lines).toEqual([line]);
    await page.close();
  });

  test('an endless loop is stopped by its button, and the page lives on', async () => {
    const { page, example } = await first('tutorial/2-csp.html');
    await type(example, 'for (let n = 0; ; n++) console.log(n);');
    await run(example);
    await expect.poll(() => output(example)).toContain('… and so on');
    await example.locator('.example-stop').click();
    expect(await state(example)).toBe('stopped');
    await type(example, "console.log('alive');");
    await run(example);
    await ended(example);
    expect(await output(example)).toBe('alive');
    await page.close();
  });

  test('what runs for too long is stopped', { timeout: 40_000 }, async () => {
    const { page, example } = await first('tutorial/2-csp.html');
    await type(example, 'for (;;);');
    await run(example);
    await ended(example);
    expect(await state(example)).toBe('late');
    await page.close();
  });

  test('a program that waits for ever is told so', async () => {
    const { page, example } = await first('tutorial/2-csp.html');
    await type(example, "import { Chan } from 'millrace';\nawait new Chan<number>().put(1);");
    await run(example);
    await expect.poll(() => example.locator('.example-status').innerText()).toContain('deadlock?');
    await page.close();
  });

  test('an example can be reached, run and left by the keyboard', async () => {
    const { page, example } = await first('tutorial/2-csp.html');
    await example.locator('.cm-content').focus();
    await page.keyboard.press('ControlOrMeta+Enter');
    await ended(example);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('example-run');
    await page.keyboard.press('Enter');
    await expect.poll(() => state(example)).toBe('done');
    await page.close();
  });

  describe('a thread of an example', () => {
    test('prints where its program prints, and is waited for', async () => {
      const { page, example } = await first('tutorial/9-parallelism.html');
      const code = `
        import { fromRange } from 'millrace';
        import { inline } from 'millrace/parallel';
        const slow = inline((n: number) => {
          console.log('in a thread', { n }, () => {});
          const end = Date.now() + 600;
          while (Date.now() < end);
          return n;
        });
        void fromRange(1).parallelPipe(1, slow).forEach((n) => console.log('got', n));`;
      const told: string[] = [];
      await page.exposeFunction('told', (text: string) => void told.push(text));
      await page.evaluate(`new MutationObserver(() => told(document.querySelector('.example-status').innerText))
        .observe(document.querySelector('.example-status'), { childList: true, characterData: true, subtree: true })`);
      await type(example, code);
      await run(example);
      await ended(example);
      // The second argument of the first line cannot be copied, which makes all of them texts.
      expect(await output(example)).toMatch(/^in a thread \[object Object\] .*\ngot 0$/);
      expect(told).not.toContainEqual(expect.stringContaining('deadlock'));
      await page.close();
    });

    test('fails the program with the error of its task', async () => {
      const { page, example } = await first('tutorial/9-parallelism.html');
      await type(
        example,
        `import { fromRange } from 'millrace';
import { inline } from 'millrace/parallel';
const outside = 1;
await fromRange(3).parallelPipe(1, inline((n: number) => n + outside)).collect();`,
      );
      await run(example);
      await ended(example);
      expect(await state(example)).toBe('failed');
      expect(await example.locator('.example-failure').innerText()).toMatch(
        /^ReferenceError: An inline task cannot use 'outside'/,
      );
      await page.close();
    });

    test('is ended with its program, also in an endless loop', { timeout: 30_000 }, async () => {
      const { page, example } = await first('tutorial/9-parallelism.html');
      await page.evaluate(`globalThis.beats = 0;
        new BroadcastChannel('beats').addEventListener('message', () => beats++);`);
      const beats = async (): Promise<number> => Number(await page.evaluate('beats'));
      await type(
        example,
        `import { inline, runInThread } from 'millrace/parallel';
await runInThread(inline(() => {
  const channel = new BroadcastChannel('beats');
  for (;;) {
    const end = Date.now() + 5;
    while (Date.now() < end);
    channel.postMessage(1);
  }
}));`,
      );
      await run(example);
      await expect.poll(beats).toBeGreaterThan(3);
      expect(await example.locator('.example-status').innerText()).toBe('running …');
      await example.locator('.example-stop').click();
      let before = 0;
      const hasStopped = async (): Promise<boolean> => before === (before = await beats());
      await expect.poll(hasStopped, { interval: 200, timeout: 10_000 }).toBe(true);
      await page.close();
    });
  });

  test('what does not run in a page says so, and shows its output', async () => {
    const page = await site.visit(context, 'tutorial/9-parallelism.html');
    const blocks = page.locator('.example-node');
    expect(await blocks.locator('.example-bar').allInnerTexts()).toEqual(
      Array.from({ length: 2 }, () => 'Runs in Node, Deno and Bun, not in this page'),
    );
    expect(await blocks.locator('.example-output pre').allInnerTexts()).toEqual(['1229\n2262\n3245\n4203']);
    await page.close();
  });

  describe('the picture', () => {
    const picture = (page: Page): Locator => page.locator('.picture').first();
    const passed = async (page: Page): Promise<number> =>
      Number(await picture(page).getAttribute('data-passed'));
    const at = async (page: Page): Promise<number> => Number(await picture(page).getAttribute('data-at'));

    test('on the home page moves by itself, and counts what the run printed', {
      timeout: 60_000,
    }, async () => {
      const page = await site.visit(context, '');
      const example = await exampleOf(page, 0);
      const places = new Set<string>();
      await expect
        .poll(
          async () => {
            const chips = page.locator('.picture .chip:not(.waits)');
            for (const place of await chips.evaluateAll((all) =>
              all.map((one) => one.getAttribute('transform')),
            )) {
              places.add(String(place));
            }
            return places.size;
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(2);
      await picture(page).getByLabel('Speed').fill('4');
      await expect.poll(() => passed(page), { timeout: 30_000 }).toBe(6);
      expect((await output(example)).split('\n')).toHaveLength(6);
      const sentences = await picture(page).locator('li').allTextContents();
      expect(
        sentences.filter((text) => /goes from blue \w+ through belt to yellow \w+\./.test(text)),
      ).toHaveLength(6);
      await page.close();
    });

    test('can be paused, stepped and put to any event', async () => {
      const { page, example } = await first('tutorial/6-buffers.html');
      const pictured = page.locator('section.pictured').first();
      await pictured.scrollIntoViewIfNeeded();
      await run(pictured);
      await ended(pictured);
      await picture(page).getByRole('button', { name: 'Pause' }).click();
      const before = await at(page);
      await picture(page).getByRole('button', { name: 'Step' }).click();
      expect(await at(page)).toBe(before + 1);
      const slider = picture(page).getByLabel('Event');
      await slider.focus();
      await page.keyboard.press('End');
      expect(await picture(page).locator('figcaption').innerText()).toBe('The program has ended.');
      expect(await passed(page)).toBe(6);
      await page.keyboard.press('Home');
      expect(await at(page)).toBe(0);
      expect(await state(example)).toBe('idle');
      await page.close();
    });

    test('does not move for those who want less motion', async () => {
      const calm = await site.context({ reducedMotion: 'reduce' });
      const page = await site.visit(calm, '');
      const example = await exampleOf(page, 0);
      await ended(example);
      await expect.poll(() => passed(page)).toBe(6);
      expect(await picture(page).getByRole('button', { name: 'Play' }).count()).toBe(1);
      expect(await page.locator('.picture .chip').count()).toBe(0);
      await calm.close();
    });
  });
});
