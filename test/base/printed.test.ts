// What channels look like in a log.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Chan, fromRange, merge, mix, timeout, unbounded } from '../../src/index.js';
import { turns } from '../support/turns.js';

const lines: [line: string, make: () => unknown][] = [
  ['Chan { open }', () => new Chan()],
  ["Chan 'jobs' { open }", () => new Chan(0, { name: 'jobs' })],
  [
    "Chan 'jobs' { buffer: 2 of 2, puts waiting: 1 }",
    () => new Chan(2, { name: 'jobs' }).add({ deep: { deeper: 1 } }, 2, 3),
  ],
  ['Chan { buffer: 1 of Infinity }', () => new Chan(unbounded()).add(1)],
  [
    'Chan { gets waiting: 2 }',
    () => {
      const chan = new Chan();
      void chan.get();
      void chan.get();
      return chan;
    },
  ],
  ['Chan { buffer: 1 of 1, closed }', () => new Chan(1).add(1).close()],
  ['Chan { closed }', () => new Chan().close()],
  ['ReadChan { open }', () => fromRange()],
  ['ReadChan { open }', () => new Chan<number>(0, { name: 'jobs' }).map((n) => n)],
  ['ReadChan { open }', () => merge(fromRange(), fromRange())],
  ['ReadChan { closed }', () => timeout(0)],
  [
    'Dup { taps: 1 }',
    () => {
      const dup = new Chan().dup();
      dup.tap();
      return dup;
    },
  ],
  [
    'Pub { topics: 2 }',
    () => {
      const pub = new Chan().pub(() => 1);
      pub.sub(1);
      pub.sub(2);
      return pub;
    },
  ],
  ['Mix { inputs: 1 }', () => mix(new Chan()).add(new Chan())],
];

describe.each(lines)('%s', (line, make) => {
  test('is all that is printed, also inside of something else', () => {
    expect(inspect(make())).toBe(line);
    expect(inspect([make()])).toBe(`[ ${line} ]`);
  });

  test('is its text', async () => {
    expect(String(make())).toBe(line);
    await turns();
  });

  test('begins with what it is', () => {
    const kind = Object.prototype.toString.call(make());
    expect(kind).toBe(`[object ${line.split(' ')[0]}]`);
  });
});
