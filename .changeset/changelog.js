/**
 * `npm run changelog`: writes CHANGELOG.md from the changesets, by `changeset version`.
 *
 * `changeset version` adds the changesets to the version that was published before, and 0.1.0 is
 * the first version. So it runs in a folder of its own, where the version is still 0.0.0. The
 * changesets stay until 0.1.0 is published.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const folder = new URL('.build/changelog/', root);
const read = (at) => JSON.parse(readFileSync(new URL('package.json', at), 'utf8'));

const { name, version } = read(root);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(new URL('.changeset', root), new URL('.changeset', folder), { recursive: true });
writeFileSync(new URL('package.json', folder), JSON.stringify({ name, version: '0.0.0' }));
execFileSync(
  process.execPath,
  [fileURLToPath(new URL('node_modules/@changesets/cli/bin.js', root)), 'version'],
  { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
);
const made = read(folder).version;
if (made !== version)
  throw new Error(`the changesets make version ${made}, and package.json says ${version}`);
copyFileSync(new URL('CHANGELOG.md', folder), new URL('CHANGELOG.md', root));
rmSync(folder, { recursive: true });
console.log(`written: CHANGELOG.md of ${version}`);
