/** Medians and spread. */

export function median(values) {
  const sorted = Float64Array.from(values).toSorted();
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @returns {{ median: number, least: number, most: number, samples: number[] }} */
export function summary(samples) {
  return { median: median(samples), least: Math.min(...samples), most: Math.max(...samples), samples };
}

/** The median of the ratios of each round, so that drift between rounds does not count. */
export function ratio(samples, others) {
  return median(samples.map((value, round) => value / others[round]));
}

/** Three significant digits, as a person would write them. */
export function digits(value) {
  if (!Number.isFinite(value)) return '?';
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
