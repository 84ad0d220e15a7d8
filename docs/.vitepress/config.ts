import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { liveFences } from '../live/fences.js';
import { checkLinks } from '../live/links.js';
import { slimTranspiler } from '../live/slim.js';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The folder of the server that the site is to lie in. */
const base = process.env['MILLRACE_DOCS_BASE'] ?? '/';

type Item = DefaultTheme.SidebarItem;
const page = (text: string, link: string): Item => ({ text, link });

const tutorial: Item = {
  text: 'Tutorial',
  items: [
    page('1. What is hard about it', '/tutorial/1-why'),
    page('2. What CSP is', '/tutorial/2-csp'),
    page('3. Coroutines and the event loop', '/tutorial/3-coroutines'),
    page('4. Channels', '/tutorial/4-channels'),
    page('5. Select', '/tutorial/5-select'),
    page('6. Buffers and back-pressure', '/tutorial/6-buffers'),
    page('7. Operators and methods', '/tutorial/7-operators'),
    page('8. Combining channels', '/tutorial/8-combining'),
    page('9. Parallelism', '/tutorial/9-parallelism'),
  ],
};

const recipes: Item = {
  text: 'Recipes',
  items: [
    page('Limit a rate', '/recipes/rate-limiting'),
    page('Retry', '/recipes/retries'),
    page('Fan out, keep the order', '/recipes/fan-out'),
    page('Shut down gracefully', '/recipes/shutdown'),
    page('Report progress', '/recipes/progress'),
    page('Cache with single-flight', '/recipes/single-flight'),
    page('WebSockets', '/recipes/websockets'),
    page('Server-sent events', '/recipes/server-sent-events'),
    page('A job queue in memory', '/recipes/job-queue'),
    page('Batch for a database', '/recipes/batching'),
    page('Cancel a fetch', '/recipes/cancel-fetch'),
  ],
};

const comingFrom: Item = {
  text: 'Coming from',
  items: [
    page('Go', '/from/go'),
    page('core.async', '/from/core-async'),
    page('aiochan', '/from/aiochan'),
    page('RxJS', '/from/rxjs'),
    page('Async generators', '/from/async-generators'),
  ],
};

const reference: Item = {
  text: 'Reference',
  items: [
    page('API', '/api/'),
    page('Semantics', '/semantics'),
    page('Conformance', '/conformance'),
    page('Benchmarks', '/benchmarks'),
    page('Questions', '/faq'),
  ],
};

const generated = path('../api/typedoc-sidebar.json');
const kinds = existsSync(generated) ? (JSON.parse(readFileSync(generated, 'utf8')) as Item[]) : [];
// A group that folds is a button within a button, to a screen reader.
const unfolded = ({ text = '', link, items }: Item): Item => ({
  text,
  ...(link === undefined ? {} : { link }),
  ...(items === undefined ? {} : { items: items.map(unfolded) }),
});
const api = kinds.map(unfolded);
const guide = [
  { text: 'Start', items: [page('Ten minutes', '/introduction')] },
  tutorial,
  recipes,
  comingFrom,
  reference,
];

export default defineConfig({
  title: 'millrace',
  description: 'Channels for TypeScript: a guide in which every example runs',
  lang: 'en',
  base,
  srcExclude: ['README.md'],
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#0b7285' }],
  ],
  // A page should load what it shows, and nothing of the pages it links to.
  router: { prefetchLinks: false },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: liveFences,
    // As GitHub names headings, since pages that are read there too link to their own.
    anchor: {
      slugify: (heading) =>
        heading
          .trim()
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(/\s/g, '-'),
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      page('Ten minutes', '/introduction'),
      page('Tutorial', '/tutorial/1-why'),
      page('Recipes', '/recipes/rate-limiting'),
      page('API', '/api/'),
    ] as DefaultTheme.NavItem[],
    sidebar: { '/api/': [...api, { text: 'Guide', link: '/introduction' }], '/': guide },
  },
  vite: {
    resolve: {
      alias: [
        { find: /^millrace$/, replacement: path('../../dist/index.js') },
        { find: /^millrace\/core$/, replacement: path('../../dist/core.js') },
        { find: /^millrace\/inspect$/, replacement: path('../../dist/inspect/index.js') },
        { find: /^millrace\/parallel$/, replacement: path('../../dist/parallel/index.js') },
        {
          find: /^millrace\/parallel\/worker$/,
          replacement: path('../../dist/parallel/workers/web.js'),
        },
        // Those of the page of benchmarks, which is the report of the suite.
        { find: /^\.\/charts\//, replacement: path('../../bench/charts/') },
      ],
    },
    plugins: [slimTranspiler()],
    worker: { format: 'es' },
    // What a page may weigh is a test; terser gains what the chapter of threads would lack.
    build: { target: 'es2022', minify: 'terser', chunkSizeWarningLimit: 1000 },
  },
  buildEnd: ({ outDir }) => checkLinks(outDir, base),
});
