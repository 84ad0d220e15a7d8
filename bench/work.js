/**
 * What every peer does with its values, and what must come of it: the same functions and the same sums for all.
 */

export const increment = (n) => n + 1;
export const isKept = (n) => n % 3 !== 0;
export const double = (n) => n * 2;
export const add = (a, b) => a + b;

/** A sum that depends on the order of the values. */
export const inOrder = (total, value) => (total * 31 + value) % 1_000_003;

/** An async function that resolves at once. */
export const atOnce = async (n) => n + 1;

/** An async function that takes a timer of 1 ms. */
export const afterTimer = (n) => new Promise((resolve) => setTimeout(resolve, 1, n + 1));

/** Lets some microseconds pass, by the clock. */
export function busy(microseconds) {
  const until = performance.now() + microseconds / 1000;
  while (performance.now() < until);
}

/** Rounds of Marsaglia's xorshift: what all of V8's compilers make good code of. */
function shift(rounds) {
  let x = rounds | 1;
  for (let left = rounds | 0; left > 0; left--) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

/** Rounds a microsecond: of several short runs the fastest, which was disturbed least. */
let rate = 0;
function calibrate() {
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    shift(100_000);
    rate = Math.max(rate, 100 / (performance.now() - start));
  }
}

/** Works as long as this takes some microseconds of a processor's time; a job for a worker thread, however often that is interrupted. */
export function compute(microseconds) {
  if (rate === 0) calibrate();
  return shift(microseconds * rate);
}

/** The sum of 0 … n-1. */
export const sumTo = (n) => (n * (n - 1)) / 2;

/** What comes of three operators over 0 … n-1. */
export function sumOfStages(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) if (isKept(increment(i))) sum += double(increment(i));
  return sum;
}

/** What comes of an ordered map of 0 … n-1. */
export function sumInOrder(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = inOrder(sum, i + 1);
  return sum;
}
