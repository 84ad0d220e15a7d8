import { describe, expect, test } from 'vitest';
import { FALSY } from '../support/falsy.js';
import { Called, Pushed } from '../support/sources.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

describe('at its end', () => {
  test('a source gives undefined for ever, and is closed and drained', async () => {
    const source = new Pushed<number>();
    source.push(1, undefined, 2);
    expect([source.closed, source.drained]).toEqual([false, false]);
    expect(await source.collect()).toEqual([1]);
    expect([source.closed, source.drained]).toEqual([true, true]);
    expect([await source.get(), source.tryGet()]).toEqual([undefined, undefined]);
    expect(source.stats()).toMatchObject({ state: 'closed', gets: 1, waitingGets: 0 });
  });

  test('all who wait are told, and all who joined', async () => {
    const source = new Pushed<number>();
    const outcome = follow(source.get(), source.join(), source.get(), source.join());
    source.push(undefined);
    await turns();
    expect(outcome()).toEqual(Array.from({ length: 4 }, () => fulfilled(undefined)));
    expect(await source.join()).toBeUndefined();
  });

  test('a source is not released: it has come to its end by itself; cancelled after that it is, once', async () => {
    const source = new Pushed<number>();
    const released = (): string[] => source.log.filter((entry) => entry.startsWith('release'));
    source.push(undefined);
    expect(await source.get()).toBeUndefined();
    expect(released()).toEqual([]);
    source.cancel('why');
    source.cancel('again');
    expect(released()).toEqual(['release why']);
  });
});

describe('an error', () => {
  test('thrown while a value is produced fails every get from then on', async () => {
    for (const cause of [new Error('broken'), ...FALSY]) {
      let n = 0;
      const source = new Called(() => {
        if (n === 2) throw cause;
        return n++;
      });
      expect(await source.collect(2)).toEqual([0, 1]);
      const outcome = follow(source.get(), source.get(), source.collect(), source.join());
      const seen: unknown[] = [];
      source.getThen((...args) => seen.push(args));
      await turns();
      expect(outcome()).toEqual([rejected(cause), rejected(cause), rejected(cause), fulfilled(undefined)]);
      expect(seen).toEqual([[undefined, cause]]);
      await expect(async () => source.tryGet()).rejects.toBe(cause);
      expect([source.closed, source.drained]).toEqual([true, true]);
    }
  });

  test('reaches all who wait, whatever it is', async () => {
    for (const cause of FALSY) {
      const source = new Pushed<number>();
      const outcome = follow(source.get(), source.get(), source.join());
      source.fail(cause);
      source.fail('late');
      await turns();
      expect(outcome()).toEqual([rejected(cause), rejected(cause), fulfilled(undefined)]);
    }
  });

  test('thrown as undefined is an Error all the same', async () => {
    const source = new Called<number>(() => {
      throw undefined;
    });
    await expect(source.get()).rejects.toBeInstanceOf(Error);
    await expect(source.get()).rejects.toBeInstanceOf(Error);
  });

  test('thrown while a get that waits is served fails that get', async () => {
    const source = new Pushed<number>();
    const outcome = follow(source.get());
    source.onProduce = () => {
      throw new Error('broken');
    };
    source.push();
    await turns();
    expect(outcome()).toEqual([rejected(new Error('broken'))]);
  });
});

describe('cancelling', () => {
  test('releases the source once, with the reason, and ends it', async () => {
    const source = new Pushed<number>();
    source.push(1, 2);
    const first = source.tryGet();
    source.cancel('enough');
    source.cancel('again');
    expect(first).toBe(1);
    expect(source.log.filter((entry) => entry.startsWith('release'))).toEqual(['release enough']);
    expect([source.closed, source.drained]).toEqual([true, true]);
    expect(await source.get()).toBeUndefined();
  });

  test('wakes all who wait with undefined', async () => {
    const source = new Pushed<number>();
    const outcome = follow(source.get(), source.collect(), source.join());
    source.cancel('enough');
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined), fulfilled([]), fulfilled(undefined)]);
    expect(source.armed).toBe(false);
  });

  test('by leaving consume releases the source; leaving for await does not', async () => {
    const source = new Pushed<number>();
    source.push(1, 2, 3);
    for await (const _ of source) break;
    expect(source.closed).toBe(false);
    for await (const _ of source.consume()) break;
    expect(source.closed).toBe(true);
    expect(source.log).toContain('release undefined');
  });

  test('while a value is produced releases the source afterwards, and the value is dropped', async () => {
    const source = new Pushed<number>();
    source.onProduce = () => {
      source.cancel('enough');
      expect(source.log.filter((entry) => entry.startsWith('release'))).toEqual([]);
    };
    source.values.push(1);
    expect(source.tryGet()).toBeUndefined();
    expect(source.log.filter((entry) => entry.startsWith('release'))).toHaveLength(1);
    expect(await source.get()).toBeUndefined();
  });

  test('while a value is produced releases the source with the reason', () => {
    const source = new Pushed<number>();
    source.onProduce = () => source.cancel('enough');
    source.values.push(1);
    source.tryGet();
    expect(source.log).toContain('release enough');
  });

  test('while a value is produced for one who waits wakes all with undefined', async () => {
    const source = new Pushed<number>();
    const outcome = follow(source.get(), source.get());
    source.onProduce = () => source.cancel();
    source.push(1);
    await turns();
    expect(outcome()).toEqual([fulfilled(undefined), fulfilled(undefined)]);
    expect(source.log.filter((entry) => entry.startsWith('release'))).toHaveLength(1);
  });

  test('releases the source also when producing cancels it and then throws', async () => {
    const source = new Pushed<number>();
    source.onProduce = () => {
      source.cancel();
      throw new Error('after cancelling');
    };
    const outcome = follow(source.get());
    await turns();
    expect(outcome()).not.toEqual([pending]);
    expect(source.closed).toBe(true);
    expect(source.log.filter((entry) => entry.startsWith('release'))).toHaveLength(1);
  });
});
