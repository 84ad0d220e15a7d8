import { expect, test } from 'vitest';
import { Chan } from '../../src/operators/complete.js';
import { sliding } from '../../src/channel/buffers.js';
import { uncaught } from '../support/uncaught.js';

test('onDrop may put, get, close and cancel', async () => {
  const acts: ((ch: Chan<number>) => unknown)[] = [
    (ch) => ch.getThen(() => {}),
    (ch) => ch.tryGet(),
    (ch) => ch.close(),
    (ch) => ch.cancel(),
    (ch) => ch.tryPut(9),
  ];
  for (const act of acts) {
    let once = true;
    const ch: Chan<number> = new Chan<number>(
      sliding(2, {
        onDrop: () => {
          if (once) {
            once = false;
            act(ch);
          }
        },
      }),
    );
    ch.add(1, 2);
    expect(ch.tryPut(3)).toBe(true);
    const { puts, gets, buffered, dropped } = ch.stats();
    expect(gets + buffered + dropped).toBe(puts);
    ch.close();
    const rest = await ch.collect();
    expect(rest).toHaveLength(buffered);
    expect(rest).toEqual([2, 3, 9].filter((n) => rest.includes(n)));
  }
});

test('when onDrop is called the put and the drop are counted already', () => {
  const seen: unknown[] = [];
  const ch: Chan<number> = new Chan<number>(
    sliding(2, {
      onDrop: () => {
        const { puts, buffered, dropped } = ch.stats();
        seen.push({ puts, buffered, dropped });
      },
    }),
  );
  ch.add(1, 2, 3, 4);
  expect(seen).toEqual([
    { puts: 3, buffered: 2, dropped: 1 },
    { puts: 4, buffered: 2, dropped: 2 },
  ]);
});

test('an onDrop that throws is an uncaught error, and the put is true all the same', async () => {
  const ch = new Chan<number>(
    sliding(1, {
      onDrop: (value) => {
        throw value;
      },
    }),
  );
  const errors = await uncaught(async () => {
    ch.add(1);
    expect(await ch.put(2)).toBe(true);
    ch.cancel();
  });
  expect(errors).toEqual([1, 2]);
  expect(ch.stats()).toMatchObject({ puts: 2, dropped: 2 });
});
