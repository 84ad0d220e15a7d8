/** Numbers for humans. */
const digits = new Intl.NumberFormat('en-US');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1234567` as `1,234,567`. */
export function count(n: number): string {
  return digits.format(n);
}

/** `1 copy`, `2 copies`. */
export function quantity(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `1234567` bytes as `1.2 MB`. */
export function humanSize(bytes: number): string {
  let unit = 0;
  let size = bytes;
  // What would be rounded to 1000.0 belongs to the next unit.
  for (; size >= 999.95 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}
