/** What happens to a value for which the event loop must turn first. */
import { expect, test } from 'vitest';
import { spend } from '../../src/base/fairness.js';
import { Chan } from '../../src/index.js';
import { turns } from '../support/turns.js';

test('is not lost when the only output of a distribution closes before it has turned', async () => {
  await turns();
  const begun = performance.now();
  while (spend() || performance.now() - begun < 6);
  const source = new Chan<number>(2).add(1, 2);
  const out = new Chan<number>();
  source.distribute(out);
  out.close();
  await turns();
  expect([...(await out.collect()), ...(await source.close().collect())]).toEqual([1, 2]);
});
