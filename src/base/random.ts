/** Every random choice of the library is made here, so that a seed can replay a run. */

// Kept a 32-bit integer: the engine stores one without allocating.
let state = (Math.random() * 2 ** 32) | 0;

/**
 * A random integer of at least 0 and below `n`: the high bits of a linear congruential generator (the constants are
 * those of Press and others, "Numerical Recipes").
 */
export function below(n: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  // In integers where 24 bits times n fit in 31.
  return n <= 128 ? Math.imul(state >>> 8, n) >>> 24 : Math.floor(((state >>> 8) / 2 ** 24) * n);
}

// One permutation for each number of things, shuffled further at each use: no need to start from the identity.
let orders: (number[] | undefined)[] = [];

/** Some permutation of the integers below `n`; it is yours until you give it back by {@link keep}. */
export function permutation(n: number): number[] {
  const order = orders[n] ?? Array.from({ length: n }, (_, i) => i);
  orders[n] = undefined;
  return order;
}

/** Gives a permutation back, for the next of its length. */
export function keep(order: number[]): void {
  if (order.length <= 64) orders[order.length] = order;
}

/** Makes every choice from here on follow from `value`. */
export function seed(value: number): void {
  state = value | 0;
  orders = [];
}
