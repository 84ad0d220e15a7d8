import {
  type Series,
  add,
  derive,
  exp,
  geometric,
  integrate,
  multiply,
  polynomial,
  scale,
  shift,
  split,
  substitute,
} from '../../examples/power-series.js';
import { plus, rational, textOf, times } from '../../examples/rational.js';
import { expect, test } from 'vitest';

const TERMS = 15;

const terms = async (f: Series, n = TERMS): Promise<string[]> => (await f.collect(n)).map(textOf);
const written = (coefficient: (n: number) => number | [over: number, under: number]): string[] =>
  Array.from({ length: TERMS }, (_, n) =>
    textOf(rational(...([coefficient(n)].flat() as [number, number?]))),
  );
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const x = (): Series => polynomial(0, 1);
const none = written(() => 0);

test('fractions are in lowest terms, with the sign above the line', () => {
  expect(textOf(rational(6, -4))).toBe('-3/2');
  expect(textOf(rational(-6, -3))).toBe('2');
  expect(textOf(rational(0, -5))).toBe('0');
  expect(textOf(plus(rational(1, 6), rational(1, 3)))).toBe('1/2');
  expect(textOf(times(rational(2, 3), rational(-3, 4)))).toBe('-1/2');
  expect(() => rational(1, 0)).toThrow('division by zero');
});

test('polynomials are series that end: (1 + x)² (2 - x) = 2 + 3x - x³', async () => {
  const square = multiply(polynomial(1, 1), polynomial(1, 1));
  const product = await terms(multiply(square, polynomial(2, -1)));
  expect(product.join(' ').replace(/( 0)*$/, '')).toBe('2 3 0 -1');
});

test('a sum goes on as long as the longest', async () => {
  expect(await terms(add(polynomial(1), polynomial(1, 2), polynomial(1, 2, 3)))).toEqual(['3', '4', '3']);
});

test('1 / (1 - x) times itself counts, and times 1 - x is 1', async () => {
  expect(await terms(multiply(geometric(1), geometric(1)))).toEqual(written((n) => n + 1));
  expect(await terms(multiply(geometric(1), polynomial(1, -1)))).toEqual(written((n) => (n === 0 ? 1 : 0)));
});

test('to derive undoes to integrate', async () => {
  const integral = integrate(geometric(3), rational(7));
  const [one, two] = split(integral);
  expect(await terms(derive(one))).toEqual(written((n) => 3 ** n));
  expect((await terms(two))[0]).toBe('7');
});

test('exp gives 1/n!, and is its own derivative', async () => {
  expect(await terms(exp(x()))).toEqual(written((n) => [1, factorial(n)]));
  expect(await terms(derive(exp(x())))).toEqual(written((n) => [1, factorial(n)]));
});

test('exp undoes log: exp(log(1 + x)) = 1 + x', async () => {
  expect(await terms(exp(integrate(geometric(-1))))).toEqual(written((n) => (n < 2 ? 1 : 0)));
});

test('exp(x) exp(-x) = 1', async () => {
  const product = multiply(exp(x()), exp(polynomial(0, -1)));
  expect(await terms(product)).toEqual(written((n) => (n === 0 ? 1 : 0)));
});

test('1 / (1 - (x + x²)) gives the numbers of Fibonacci', async () => {
  const fibonacci = [1, 1];
  for (let n = 2; n < TERMS; n++) fibonacci.push((fibonacci[n - 1] ?? 0) + (fibonacci[n - 2] ?? 0));
  expect(await terms(substitute(geometric(1), polynomial(0, 1, 1)))).toEqual(fibonacci.map(String));
});

test('exp(exp x - 1) gives the numbers of Bell over n!', async () => {
  const bell = [1, 1, 2, 5, 15, 52, 203, 877, 4140, 21_147];
  const found = await terms(exp(add(exp(x()), polynomial(-1))), bell.length);
  expect(found).toEqual(bell.map((b, n) => textOf(rational(b, factorial(n)))));
});

test('sin² + cos² = 1', async () => {
  // Each is the integral of the other: the sine and the cosine are the odd and the even part of exp, with alternating signs.
  const part = (odd: number): Series =>
    exp(x()).map((term, n) => (n % 2 === odd ? times(rational(n % 4 < 2 ? 1 : -1), term) : rational(0)));
  const sum = add(multiply(part(1), part(1)), multiply(part(0), part(0)));
  expect(await terms(sum)).toEqual(written((n) => (n === 0 ? 1 : 0)));
});

test('a series minus itself is nothing, and x times nothing is too', async () => {
  const [one, two] = split(exp(x()));
  expect(await terms(shift(add(one, scale(rational(-1), two))))).toEqual(none);
});

test('the copies of a series may be read one long after the other', async () => {
  const [one, two] = split(geometric(2));
  expect(await terms(one)).toEqual(await terms(two));
});

test('only a series that begins with 0 can be substituted', async () => {
  await expect(substitute(geometric(1), geometric(1)).collect(2)).rejects.toThrow('begins with 0');
});

test('nothing is computed that nobody asked for', async () => {
  let asked = 0;
  const counted = geometric(1).tap(() => asked++);
  const square = multiply(counted, polynomial(1, 1));
  expect(asked).toBe(0);
  await square.collect(5);
  expect(asked).toBe(5);
});
