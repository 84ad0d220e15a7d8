/** Results as a table for a terminal, the fastest first, and as rows for the report. */
import { digits } from './statistics.js';

/** @returns {[string, object][]} measured ones first, the fastest first; then those that failed or cannot */
export function ranked(results) {
  const all = Object.entries(results);
  const rank = ({ median, failed }) => median ?? (failed === undefined ? Infinity : Number.MAX_VALUE);
  return all.toSorted(([, a], [, b]) => rank(a) - rank(b) || 0);
}

export function row([name, result], floor) {
  if (result.failed !== undefined) return [name, 'failed', '', '', result.failed];
  const range = result.least === result.most ? '' : `${digits(result.least)} – ${digits(result.most)}`;
  const bytes = result.bytes === undefined ? undefined : `${result.bytes.toLocaleString('en')} bytes each`;
  const note = [result.less === undefined ? undefined : `* ${result.less}`, bytes, result.note]
    .filter((part) => part !== undefined)
    .join('; ');
  const ratio = floor === undefined ? undefined : result.ratio;
  return [name, digits(result.median), range, ratio === undefined ? '' : ratio.toFixed(2), note];
}

/** @returns {Map<string, string[]>} the names of those that take no part, by reason */
export function absentees(results) {
  const reasons = new Map();
  for (const [name, { cannot }] of Object.entries(results)) {
    if (cannot !== undefined) reasons.set(cannot, [...(reasons.get(cannot) ?? []), name]);
  }
  return reasons;
}

/** @returns {string} */
export function terminalTable(workload, results) {
  const part = ranked(results).filter(([, { cannot }]) => cannot === undefined);
  const rows = part.map((each) => row(each, workload.floor));
  const heads = ['', workload.unit, 'range', workload.floor === undefined ? '' : `of ${workload.floor}`, ''];
  const widths = heads.map((head, i) =>
    Math.max(...[head, ...rows.map((cells) => cells[i])].map((s) => s.length)),
  );
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd();
  const absent = [...absentees(results)].map(([reason, names]) => `  ${names.join(', ')}: ${reason}`);
  return [line(heads), ...rows.map(line), ...(absent.length > 0 ? ['not:', ...absent] : [])].join('\n');
}
