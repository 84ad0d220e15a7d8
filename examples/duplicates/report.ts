/**
 * What was found, as text.
 *
 * - The table goes to standard output; who reads that is a terminal of `width` columns or, without a width, a program,
 *   for which nothing is shortened.
 * - What could not be read goes to standard error.
 */
import type { Failed } from './outcome.js';
import { printable } from './path.js';
import { count, humanSize, quantity } from './quantity.js';
import { type Group, type Tally, wasted } from './tally.js';

/** How much of it to list. */
export interface Extent {
  readonly groups: number;
  /** Of each group. */
  readonly copies: number;
  readonly failures: number;
}

const NUMBERS = 28;
/** A terminal with less room for the paths beside the numbers gets them below. */
const BESIDE = 40;

/** The table of the most wasteful groups, and the sums. */
export function table(tally: Tally, extent: Extent, width: number = Infinity): string {
  const groups = tally.duplicates();
  const listed = groups.slice(0, extent.groups);
  const lines: string[] = [];
  if (groups.length > 0) {
    const below = width - NUMBERS < BESIDE;
    lines.push(row('WASTED', 'COPIES', 'EACH') + (below ? '' : '  FILES'));
    for (const group of listed) lines.push(...rows(group, extent.copies, below, width));
    if (listed.length < groups.length)
      lines.push(`… and ${count(groups.length - listed.length)} more (--all)`);
    lines.push('');
  }
  lines.push(...sums(tally, groups));
  return `${lines.join('\n')}\n`;
}

function row(first: string, second: string, third: string): string {
  return first.padStart(9) + second.padStart(8) + third.padStart(11);
}

function rows(group: Group, most: number, below: boolean, width: number): string[] {
  const { copies, size } = group;
  const numbers = row(humanSize(wasted(group)), count(copies.length), humanSize(size));
  const indent = below ? 4 : NUMBERS + 2;
  // "1 more" would take as much room as the path itself.
  const shown = copies.length <= most + 1 ? copies : copies.slice(0, most);
  const names = shown.map((path) => fitted(printable(path), width - indent));
  if (shown.length < copies.length) names.push(`… and ${count(copies.length - shown.length)} more`);
  const lines = names.map((name) => ' '.repeat(indent) + name);
  return below ? [numbers, ...lines] : [numbers + String(lines[0]).slice(NUMBERS), ...lines.slice(1)];
}

function sums(tally: Tally, groups: readonly Group[]): string[] {
  const sum = groups.reduce((total, group) => total + wasted(group), 0);
  const copies = groups.reduce((total, group) => total + group.copies.length - 1, 0);
  const lines = [`Wasted    ${humanSize(sum)}`];
  if (groups.length > 0)
    lines.push(
      `Needless  ${quantity(copies, 'copy', 'copies')} of ${quantity(groups.length, 'file', 'files')}`,
    );
  lines.push(`Read      ${quantity(tally.files, 'file', 'files')}, ${humanSize(tally.bytes)}`);
  const { empty, links, failures, hashed } = tally;
  if (hashed !== '') lines.push(`Hashed    ${hashed}`);
  if (empty + links > 0) lines.push(`Left out  ${count(empty)} empty, ${count(links)} hard-linked`);
  if (failures.length > 0) lines.push(`Not read  ${count(failures.length)}`);
  return lines;
}

/** The names of what could not be read; '' if everything could. */
export function complaints({ failures }: Tally, extent: Extent): string {
  const gone = failures.filter(({ vanished }) => vanished);
  const unreadable = failures.filter(({ vanished }) => !vanished);
  return (
    section(gone, 'vanished before being read', extent, () => '') +
    section(unreadable, 'could not be read', extent, ({ reason }) => `: ${reason}`)
  );
}

function section(
  failures: readonly Failed[],
  title: string,
  extent: Extent,
  note: (one: Failed) => string,
): string {
  if (failures.length === 0) return '';
  const lines = failures
    .slice(0, extent.failures)
    .map((one) => `  ${printable(one.path === '' ? '.' : one.path)}${note(one)}`);
  if (lines.length < failures.length)
    lines.push(`  … and ${count(failures.length - lines.length)} more (--all)`);
  return `${count(failures.length)} ${title}:\n${lines.join('\n')}\n`;
}

const WIDE =
  /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303e\uff01-\uff60]/u;

/** The end of a text, where a path tells most, in so many columns. */
function fitted(text: string, width: number): string {
  const characters = Array.from(text);
  let from = characters.length;
  let columns = 0;
  while (from > 0) {
    const character = characters[from - 1] ?? '';
    columns += WIDE.test(character) ? 2 : /\p{M}/u.test(character) ? 0 : 1;
    if (columns > width) break;
    from--;
  }
  if (from === 0) return text;
  // One column for the ellipsis, two if the first character that was kept is wide.
  return `…${characters.slice(from + 1).join('')}`;
}
