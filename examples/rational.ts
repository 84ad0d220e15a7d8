/** Exact fractions of integers of any size, in lowest terms. */
export interface Rational {
  readonly over: bigint;
  /** Above 0. */
  readonly under: bigint;
}

/** `over / under`. @throws RangeError for division by zero. */
export function rational(over: bigint | number, under: bigint | number = 1n): Rational {
  const [a, b] = [BigInt(over), BigInt(under)];
  if (b === 0n) throw new RangeError('division by zero');
  let [divisor, rest] = [a, b];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  if (divisor < 0n !== b < 0n) divisor = -divisor;
  return { over: a / divisor, under: b / divisor };
}

export function plus(a: Rational, b: Rational): Rational {
  return rational(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function times(a: Rational, b: Rational): Rational {
  return rational(a.over * b.over, a.under * b.under);
}

export function textOf({ over, under }: Rational): string {
  return under === 1n ? String(over) : `${over}/${under}`;
}
