/**
 * Arithmetic on power series that never end. A series is the channel of its coefficients, and ones that end are polynomials.
 *
 * Every operation asks for as many coefficients as it needs for the next of its own, and no more; so a series may even be
 * defined by itself, as `exp` is. Whatever is needed twice is split in two, one of which may run ahead of the other.
 *
 * From Doug McIlroy's "Squinting at Power Series" (1990), written for Newsqueak, a language that led to Go.
 */
import { type ReadChan, concat, from, fromRange, zipLongest } from 'millrace';
import { program } from './program.js';
import { type Rational, plus, rational, textOf, times } from './rational.js';

export type Series = ReadChan<Rational>;

const ZERO = rational(0);

/** A series whose coefficients a coroutine gives. */
const series = (terms: () => AsyncGenerator<Rational>): Series => from(terms());

export function polynomial(...terms: (number | Rational)[]): Series {
  return from(terms.map((term) => (typeof term === 'number' ? rational(term) : term)));
}

/** 1 / (1 - cx) = 1 + cx + c²x² + … */
export function geometric(c: number): Series {
  return fromRange().map((n) => rational(BigInt(c) ** BigInt(n)));
}

/** The same series twice; read each at its own pace. */
export function split(f: Series): [Series, Series] {
  const terms: Promise<Rational | undefined>[] = [];
  const copy = (): Series =>
    series(async function* () {
      for (let n = 0; ; n++) {
        const term = await (terms[n] ??= f.get());
        if (term === undefined) return;
        yield term;
      }
    });
  return [copy(), copy()];
}

/** f + g + … */
export function add(...all: Series[]): Series {
  return zipLongest(all).map((terms) => terms.reduce<Rational>((sum, term) => plus(sum, term ?? ZERO), ZERO));
}

/** c f */
export const scale = (c: Rational, f: Series): Series => f.map((term) => times(c, term));

/** x f */
export const shift = (f: Series): Series => concat(polynomial(0), f);

/** f g: of the first terms f0 and g0, and the rests F and G, it is f0 g0 + x (f0 G + g0 F + x F G). */
export function multiply(f: Series, g: Series): Series {
  return series(async function* () {
    const [f0, g0] = [await f.get(), await g.get()];
    if (f0 === undefined || g0 === undefined) return;
    yield times(f0, g0);
    const [[f1, f2], [g1, g2]] = [split(f), split(g)];
    yield* add(scale(f0, g1), scale(g0, f1), shift(multiply(f2, g2)));
  });
}

/** f' */
export const derive = (f: Series): Series => f.drop(1).map((term, n) => times(rational(n + 1), term));

/** ∫ f, with the constant c. */
export function integrate(f: Series, c: Rational = ZERO): Series {
  const rest = f.map((term, n) => times(rational(1, n + 1), term));
  return concat(polynomial(c), rest);
}

/** f(g), for a g that begins with 0: of f0, and the rests F and G, it is f0 + x G F(g). */
export function substitute(f: Series, g: Series): Series {
  return series(async function* () {
    const [g1, g2] = split(g);
    const f0 = await f.get();
    if (f0 === undefined) return;
    yield f0;
    if ((await g1.get())?.over !== 0n) throw new RangeError('expected a series that begins with 0');
    yield* multiply(g1, substitute(f, g2));
  });
}

/** exp(f), for an f that begins with 0: the E that is 1 + ∫ E f'. */
export function exp(f: Series): Series {
  const [result, again]: [Series, Series] = split(
    series(async function* () {
      yield* integrate(multiply(again, derive(f)), rational(1));
    }),
  );
  return result;
}

async function main(): Promise<void> {
  const x = (): Series => polynomial(0, 1);
  const known: Record<string, Series> = {
    '1 / (1 - x)': geometric(1),
    '1 / (1 - x)²': multiply(geometric(1), geometric(1)),
    '1 / (1 - x - x²)': substitute(geometric(1), polynomial(0, 1, 1)),
    'exp x': exp(x()),
    'log(1 + x)': integrate(geometric(-1)),
    'atan x': integrate(substitute(geometric(-1), polynomial(0, 0, 1))),
    'exp(exp x - 1)': exp(add(exp(x()), polynomial(-1))),
    'exp(log(1 + x))': exp(integrate(geometric(-1))),
  };
  for (const [name, f] of Object.entries(known)) {
    console.log(name.padEnd(17), (await f.collect(9)).map(textOf).join(' '));
  }
}

program(import.meta.url, main);
