import { expect, test } from 'vitest';
import { Chan } from '../../src/index.js';
import { OwnQueue } from '../support/custom-buffers.js';
import { countListeners } from '../support/listeners.js';

test('a put to a custom buffer without room goes straight to a get that waits, and counts as such', async () => {
  const ch = new Chan(new OwnQueue<number>(0));
  const got = ch.get();
  expect(ch.tryPut(1)).toBe(true);
  expect(await got).toBe(1);
  expect(ch.stats()).toMatchObject({ puts: 1, gets: 1, dropped: 0 });
  expect(ch.stats().delivered).toEqual({ direct: 1, buffered: 0, queued: 0 });
});

test('a channel that is tapped twice and untapped once is watched no more', () => {
  const out = new Chan<number>();
  const listeners = countListeners(out.signal);
  const dup = new Chan<number>().dup();
  dup.tap(out);
  dup.tap(out);
  expect(listeners.now).toBe(1);
  dup.untap(out);
  expect(listeners.now).toBe(0);
});
