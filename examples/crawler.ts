/**
 * A web crawler that can be stopped: it follows every link once, fetches a few pages at a time, and ends when none is left.
 *
 * Pages feed their links back into the channel they were taken from. That is a circle, so the way back must never wait: it is
 * unbounded. To cancel the result aborts the fetches under way through their `signal`, and no other is begun.
 *
 * The exercise at the end of "A Tour of Go". Crawls a site that it serves itself.
 */
import { type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Chan, type ReadChan, select, timeout, unbounded } from 'millrace';
import { program } from './program.js';

export interface Page {
  readonly url: string;
  /** The status, or why there is none. */
  readonly status: number | string;
  readonly links: readonly string[];
}

async function read(url: string, signal: AbortSignal): Promise<Page> {
  try {
    const response = await fetch(url, { signal });
    const text = response.ok ? await response.text() : '';
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, link]) => new URL(link ?? '', url).href);
    return { url, status: response.status, links };
  } catch (error) {
    signal.throwIfAborted();
    return { url, status: String(error), links: [] };
  }
}

/** All pages of the same site that can be reached from `start`, as they come, `atOnce` fetched at a time. */
export function crawl(start: string, atOnce: number): ReadChan<Page> {
  const frontier = new Chan<string>(unbounded()).add(start);
  const seen = new Set([start]);
  let open = 1;
  return frontier.asyncPipeUnordered(atOnce, async (url, { signal }) => {
    const page = await read(url, signal);
    for (const link of page.links) {
      if (seen.has(link) || new URL(link).origin !== new URL(start).origin) continue;
      seen.add(link);
      open++;
      frontier.tryPut(link);
    }
    if (--open === 0) frontier.close();
    return page;
  });
}

/** Serves pages given by their path and the paths they link to, each after so many milliseconds. */
export async function serve(
  site: Readonly<Record<string, readonly string[]>>,
  latency: (path: string) => number,
): Promise<{ server: Server; home: string }> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const links = site[path];
    const body = (links ?? []).map((link) => `<a href="${link}">${link}</a>`).join(' ');
    const answer = setTimeout(() => {
      response.writeHead(links === undefined ? 404 : 200, { connection: 'close' }).end(body);
    }, latency(path));
    response.on('close', () => clearTimeout(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, home: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function main(): Promise<void> {
  const site: Record<string, string[]> = { '/': ['/1', '/2', '/missing'] };
  for (let n = 1; n < 100; n++) site[`/${n}`] = ['/', `/${2 * n}`, `/${2 * n + 1}`];
  const { server, home } = await serve(site, () => 50);
  const pages = crawl(home, 4);
  const late = timeout(400);
  for (;;) {
    const { value } = await select({ page: pages, late });
    if (value === undefined) break;
    console.log(value.status, value.url.replace(home, '/'), `${value.links.length} links`);
  }
  pages.cancel();
  console.log("That's enough.");
  server.close();
}

program(import.meta.url, main);
