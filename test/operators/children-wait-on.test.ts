import { expect, test } from 'vitest';
import { Chan, type ReadChan } from '../../src/index.js';
import { turns } from '../support/turns.js';

test('channels below a stage with a state wait on, also if one is asked for the first time while another gives its place up', async () => {
  const source = new Chan<number>(1);
  const told: unknown[] = [];
  const top = source.map((n) => n);
  const deeds = [
    (): void => void middle.get().then((n) => told.push(n)),
    (): void => below.getThen((n) => told.push(n)),
  ];
  const middle: ReadChan<number> = top.map((n) => {
    deeds.shift()?.();
    return n;
  });
  const sum = middle.scan((_, n) => {
    source.tryPut(1);
    return n;
  }, 0);
  const below = middle.map((n) => n);
  void sum.get();
  void top.get().then((n) => told.push(n));
  source.putThen(0);
  await turns();
  expect(told).toEqual([1]);
  source.close();
  await turns();
  expect(told).toEqual([1, undefined, undefined]);
});
