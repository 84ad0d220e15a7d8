/** Every random choice of the library is made here, so that a seed can replay a run. */

// Always a 32-bit integer, which the engine stores without allocating.
let state = (Math.random() * 2 ** 32) | 0;

/**
 * Returns a random integer from 0 to `n - 1`: the high bits of a linear congruential generator. The
 * constants are from Press and others, "Numerical Recipes".
 */
export function below(n: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  // Integer arithmetic where a 24-bit number times n fits in 31 bits.
  return n <= 128 ? Math.imul(state >>> 8, n) >>> 24 : Math.floor(((state >>> 8) / 2 ** 24) * n);
}

// One permutation for each length. Each use shuffles it further instead of starting from the
// identity.
let orders: (number[] | undefined)[] = [];

/** Some permutation of 0 to `n - 1`. The caller owns the array until it calls {@link keep}. */
export function permutation(n: number): number[] {
  const order = orders[n] ?? Array.from({ length: n }, (_, i) => i);
  orders[n] = undefined;
  return order;
}

/** Stores a permutation for the next caller that needs its length. */
export function keep(order: number[]): void {
  if (order.length <= 64) orders[order.length] = order;
}

/** Makes every later random choice follow from `value`. */
export function seed(value: number): void {
  state = value | 0;
  orders = [];
}
