import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queue } from '../../src/base/queue.js';
import { numbers } from '../support/numbers.js';

test('a queue gives back what was pushed, first in, first out', () => {
  const queue = new Queue<number>();
  for (const n of numbers(1000)) queue.push(n);
  expect(queue.length).toBe(1000);
  expect(numbers(1000).map(() => queue.shift())).toEqual(numbers(1000));
  expect(queue.length).toBe(0);
});

test('a queue keeps falsy values', () => {
  const queue = new Queue<unknown>();
  const falsy = [0, '', false, null, Number.NaN];
  for (const value of falsy) queue.push(value);
  expect(falsy.map(() => queue.shift())).toEqual(falsy);
});

test('a queue grows in the middle of its values, wherever they begin', () => {
  for (const skipped of numbers(20)) {
    const queue = new Queue<number>();
    for (const n of numbers(skipped)) {
      queue.push(n);
      queue.shift();
    }
    for (const n of numbers(50)) queue.push(n);
    expect(numbers(50).map(() => queue.shift())).toEqual(numbers(50));
  }
});

test('a queue behaves as an array does, over any pushes and shifts', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 200 }), (steps) => {
      const queue = new Queue<number>();
      const array: number[] = [];
      for (const step of steps) {
        if (step !== undefined) {
          queue.push(step);
          array.push(step);
        } else if (array.length > 0) expect(queue.shift()).toBe(array.shift());
        expect(queue.length).toBe(array.length);
      }
    }),
  );
});

test('a queue passes a million values without slowing down with its length', () => {
  const queue = new Queue<number>();
  for (let n = 0; n < 200_000; n++) queue.push(n);
  let sum = 0;
  for (let n = 0; n < 800_000; n++) {
    queue.push(n);
    sum += queue.shift();
  }
  expect(queue.length).toBe(200_000);
  expect(sum).toBe((200_000 * 199_999) / 2 + (600_000 * 599_999) / 2);
});
