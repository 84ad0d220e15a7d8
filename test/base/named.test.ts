import { expect, test } from 'vitest';
import { Chan } from '../../src/index.js';
import { waits } from '../../src/base/named.js';

test('channels with a name are found among very many, with what waits on them', () => {
  const kept: Chan<number>[] = [];
  for (let n = 0; n < 1000; n++) {
    const chan = new Chan<number>(0, { name: `named ${n}` });
    if (n % 100 === 0) kept.push(chan.add(1));
  }
  kept[0]?.cancel();
  expect(waits()).toEqual(Array.from({ length: 9 }, (_, n) => `1 put waits on 'named ${100 * (n + 1)}'`));
});
