import type { Server } from 'node:http';
import { select } from 'millrace';
import { afterEach, expect, test } from 'vitest';
import { type Page, crawl, serve } from '../../examples/crawler.js';

let server: Server | undefined;
let home = '';
/** The paths that were asked for, and how many requests are under way, and were at most. */
const traffic = { asked: [] as string[], open: 0, most: 0 };

/** Serves a site until the test is over. */
async function host(
  site: Record<string, string[]>,
  latency: (path: string) => number = () => 1,
): Promise<void> {
  ({ server, home } = await serve(site, latency));
  Object.assign(traffic, { asked: [], open: 0, most: 0 });
  server.on('request', (request, response) => {
    traffic.asked.push(request.url ?? '');
    traffic.most = Math.max(traffic.most, ++traffic.open);
    response.on('close', () => traffic.open--);
  });
}

/** Settles when no connection is left. */
function closed(): Promise<void> {
  const closing = server;
  server = undefined;
  return new Promise((resolve) => void (closing === undefined ? resolve() : closing.close(() => resolve())));
}

afterEach(closed);

function sorted(texts: string[]): string[] {
  const copy = [...texts];
  copy.sort();
  return copy;
}

const paths = (pages: Page[]): string[] => sorted(pages.map(({ url }) => new URL(url).pathname));

test('a crawl fetches every page that can be reached once, and then ends', async () => {
  await host({
    '/': ['/a', '/b', '/'],
    '/a': ['/b', '/c'],
    '/b': ['/a'],
    '/c': ['/', '/c'],
    '/island': ['/'],
  });
  const pages = await crawl(home, 2).collect();
  expect(paths(pages)).toEqual(['/', '/a', '/b', '/c']);
  expect(sorted(traffic.asked)).toEqual(['/', '/a', '/b', '/c']);
});

test('it fetches so many pages at a time and no more', async () => {
  const links = Array.from({ length: 30 }, (_, n) => `/${n}`);
  await host(Object.fromEntries([['/', links], ...links.map((link) => [link, []])]), () => 5);
  expect(await crawl(home, 4).collect()).toHaveLength(31);
  expect(traffic.most).toBe(4);
});

test('it does not leave the site, and a missing page is a result like any other', async () => {
  await host({ '/': ['http://127.0.0.1:1/elsewhere', '/gone'] });
  const pages = await crawl(home, 3).collect();
  expect(pages.map(({ status }) => status)).toEqual([200, 404]);
});

test('a page that cannot be fetched is a result that says why', async () => {
  await host({ '/': [] });
  await closed();
  expect(await crawl(home, 3).collect()).toEqual([
    { url: home, status: expect.stringMatching(/^TypeError/) as string, links: [] },
  ]);
});

test('a crawl that is cancelled stops fetching and leaves no connection', async () => {
  const links = Array.from({ length: 50 }, (_, n) => `/${n}`);
  // Only the first pages come in this life.
  await host({ '/': links, '/0': [], '/1': [] }, (path) => (['/', '/0', '/1'].includes(path) ? 1 : 600_000));
  const pages = crawl(home, 4);
  expect(paths(await pages.collect(3))).toEqual(['/', '/0', '/1']);
  while (traffic.open < 4) await new Promise(setImmediate);
  pages.cancel();
  expect(await pages.get()).toBeUndefined();
  await closed(); // Would never be if the fetches under way went on.
  expect(traffic.asked).toHaveLength(3 + 4);
});

test('who waits for a page can give up by a signal, and still go on later', async () => {
  await host({ '/': [] }, () => 20);
  const pages = crawl(home, 1);
  const controller = new AbortController();
  const page = select({ page: pages, interrupted: controller.signal });
  controller.abort('too slow');
  expect(await page).toEqual({ key: 'interrupted', value: 'too slow' });
  expect(await pages.get()).toMatchObject({ url: home, status: 200 });
});
