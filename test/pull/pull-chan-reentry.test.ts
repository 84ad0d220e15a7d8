import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Pushed } from '../support/sources.js';
import { follow, fulfilled, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('whoever asks while a value is produced', () => {
  test('waits, and is served afterwards, in order', async () => {
    const source = new Pushed<number>();
    const order: unknown[] = [];
    let nested = 0;
    source.onProduce = () => {
      if (nested++ > 0) return;
      source.getThen((value) => order.push(['first', value]));
      expect(source.tryGet()).toBeUndefined();
      source.getThen((value) => order.push(['second', value]));
    };
    source.values.push(1, 2, 3);
    expect(source.tryGet()).toBe(1);
    await turns();
    expect(order).toEqual([
      ['first', 2],
      ['second', 3],
    ]);
  });

  test('is armed for when there is nothing left', () => {
    const source = new Pushed<number>();
    source.onProduce = () => {
      source.onProduce = () => {};
      source.getThen(() => {});
    };
    source.values.push(1);
    expect(source.tryGet()).toBe(1);
    expect([source.armed, source.stats().waitingGets]).toEqual([true, 1]);
  });

  test('learns of the end', async () => {
    const source = new Pushed<number>();
    let asked = (): unknown => 'not asked';
    source.onProduce = () => {
      asked = follow(source.get(), source.join());
    };
    source.values.push(undefined);
    expect(source.tryGet()).toBeUndefined();
    await turns();
    expect(asked()).toEqual([fulfilled(undefined), fulfilled(undefined)]);
  });
});

describe('a value whose taker gives up while it is produced', () => {
  test('is kept for the next, and none is lost', async () => {
    const controller = new AbortController();
    const source = new Pushed<number>();
    const outcome = follow(source.get({ signal: controller.signal }));
    source.onProduce = () => controller.abort('gone');
    source.push(1, 2);
    await turns();
    expect(outcome()).toEqual([rejected('gone')]);
    expect(source.stats()).toMatchObject({ buffered: 1, gets: 0, waitingGets: 0 });
    expect([source.tryGet(), await source.get()]).toEqual([1, 2]);
    expect(source.stats()).toMatchObject({ buffered: 0, gets: 2 });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('goes to the one who waits behind', async () => {
    const controller = new AbortController();
    const source = new Pushed<number>();
    const outcome = follow(source.get({ signal: controller.signal }), source.get());
    source.onProduce = () => controller.abort('gone');
    source.push(1);
    await turns();
    expect(outcome()).toEqual([rejected('gone'), fulfilled(1)]);
  });

  test('is dropped when the source is cancelled', async () => {
    const controller = new AbortController();
    const source = new Pushed<number>();
    follow(source.get({ signal: controller.signal }));
    source.onProduce = () => controller.abort('gone');
    source.push(1);
    source.cancel();
    expect(source.stats().buffered).toBe(0);
    expect(await source.get()).toBeUndefined();
  });

  test('leaves nobody armed when there was none', async () => {
    const controller = new AbortController();
    const source = new Pushed<number>();
    follow(source.get({ signal: controller.signal }));
    source.onProduce = () => controller.abort('gone');
    source.push();
    await turns();
    expect([source.armed, source.stats().waitingGets]).toEqual([false, 0]);
  });
});

test('callbacks may use the source while others are served', async () => {
  await turns();
  const source = new Pushed<number>();
  const seen: unknown[] = [];
  source.getThen((value) => {
    seen.push(value, source.tryGet());
    source.getThen((later) => seen.push(later));
  });
  source.getThen((value) => {
    seen.push(value);
    source.cancel();
  });
  source.push(1, 2, 3);
  await turns();
  expect(seen).toEqual([1, undefined, 2, undefined]);
});
