/** Checks the built site: every link inside of it leads to a file, and its fragment to an element there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const attributes = (html: string, pattern: RegExp): string[] =>
  Array.from(html.matchAll(pattern), ([, value = '']) => value.replaceAll('&amp;', '&'));

/** @throws Error that names every broken link. */
export function checkLinks(folder: string, base: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.html')).map((file) => file.replaceAll('\\', '/'));
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const ids = new Map([...texts].map(([page, html]) => [page, new Set(attributes(html, /\sid="([^"]*)"/g))]));
  const broken: string[] = [];
  for (const [page, html] of texts) {
    const from = new URL(page, `http://site${base}`);
    for (const link of attributes(html, /<a\b[^>]*\shref="([^"]*)"/g)) {
      const to = new URL(link, from);
      if (to.origin !== from.origin) continue;
      const path = decodeURIComponent(to.pathname).slice(base.length);
      const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
      const fragment = decodeURIComponent(to.hash.slice(1));
      const known = ids.get(file);
      if (!to.pathname.startsWith(base) || (known === undefined && !existsSync(join(folder, file))))
        broken.push(`${page}: ${link}: no such page`);
      else if (fragment !== '' && known?.has(fragment) !== true)
        broken.push(`${page}: ${link}: no such heading`);
    }
  }
  if (broken.length > 0)
    throw new Error(`${broken.length} broken links:\n${[...new Set(broken)].join('\n')}`);
}
