/** Programs of channels that are made of others: taps, mixes, chains, and many read as one. */
import { expect } from 'vitest';
import { Chan, merge, mix, nop, sliding, zip } from '../../src/index.js';
import { numbers } from '../support/numbers.js';
import { Account } from './account.js';
import type { Scenario } from './engine.js';
import { consume, hangUp, produce } from './parts.js';

const untapped: Scenario = (world) => {
  const source = new Chan<number>();
  const dup = source.dup();
  const [stays, leaves] = [dup.tap(), dup.tap()];
  world.go('source', async () => {
    for (const value of numbers(6)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  world.go('stays', async () => expect(await stays.collect()).toEqual(numbers(6)));
  world.go('leaves', async () => {
    const count = world.below(5);
    const all = await leaves.collect(count);
    expect(all).toEqual(numbers(count));
    dup.untap(leaves);
  });
};

const subscriptions: Scenario = (world) => {
  const source = new Chan<number>();
  const pub = source.pub((n) => n % 2);
  const [odd, even, late] = [pub.sub(1), pub.sub(0), new Chan<number>(sliding(1))];
  world.go('source', async () => {
    for (const value of numbers(8)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  world.go('odd', async () => expect(await odd.collect()).toEqual([1, 3, 5, 7]));
  world.go('even', async () => {
    for await (const value of even.consume()) if (value === 4) return;
  });
  world.go('churn', async () => {
    for (let i = 0; i < 3; i++) {
      pub.sub(0, late);
      await nop();
      pub.unsub(0, late);
    }
  });
};

const mixed: Scenario = (world) => {
  const out = new Chan<number>();
  const inputs = numbers(3).map(() => new Chan<number>());
  const account = new Account(world, out);
  // So that nothing is dropped: what is not the solo waits.
  const desk = mix(out).soloMode('pause');
  for (const input of inputs) desk.add(input);
  world.go('toggles', async () => {
    for (let i = 0; i < 6; i++) {
      const input = inputs[world.below(3)] as Chan<number>;
      desk.toggle(input, { pause: world.below(2) === 0, solo: world.below(3) === 0 });
      await nop();
    }
    for (const input of inputs) desk.toggle(input, { pause: false, solo: false });
  });
  for (const input of inputs) world.go('input', () => produce(account, input, 3));
  world.go('out', async () => {
    for (let i = 0; i < 9; i++) account.got(await out.get());
    for (const input of inputs) input.close();
    out.close();
  });
};

const shared: Scenario = (world) => {
  const source = new Chan<number>();
  // Readers of one chain, and of chains from one stage.
  const stage = source.map((n) => n * 2).filter(() => true);
  const readers = [stage, stage.map((n) => n), stage.flatMap((n) => [n])];
  const got: number[] = [];
  world.go('source', async () => {
    for (const value of numbers(9)) expect(await source.put(value)).toBe(true);
    source.close();
  });
  for (const reader of readers) {
    world.go('reader', async () => {
      for (;;) {
        const controller = new AbortController();
        const gets = reader.get({ signal: controller.signal }).catch(() => null);
        if (world.below(3) === 0) void nop().then(() => controller.abort());
        const value = await gets;
        if (value === undefined) return;
        if (value !== null) got.push(value);
      }
    });
  }
  world.atRest(() => expect(new Set(got)).toEqual(new Set(numbers(9).map((n) => n * 2))));
  world.atRest(() => expect(got).toHaveLength(9));
};

const distributed: Scenario = (world) => {
  const source = new Chan<number>();
  const outs = [new Chan<number>(), new Chan<number>(1), new Chan<number>()];
  const account = new Account(world, source, ...outs);
  source.distribute(...outs);
  world.go('source', async () => {
    await produce(account, source, 8);
    source.close();
  });
  for (const [i, out] of outs.entries()) {
    world.go('out', async () => {
      // One of them leaves early; what it was not given goes to the others.
      for (let more = i === 0 ? world.below(4) : Infinity; more > 0; more--)
        if (!account.got(await out.get())) return;
      out.close();
      await consume(account, out);
    });
  }
};

const merged: Scenario = (world) => {
  const inputs = [new Chan<number>(), new Chan<number>(1), new Chan<number>()];
  const account = new Account(world, ...inputs);
  const all = merge(inputs);
  const over = hangUp(world, all, inputs, 20);
  for (const input of inputs) {
    world.go('input', async () => {
      await produce(account, input, 4);
      input.close();
    });
  }
  for (const _ of numbers(2)) world.go('reader', () => consume(account, all));
  // The inputs stay as they are: what was not taken is there.
  world.go('rest', async () => {
    await over;
    for (const input of inputs) await consume(account, input);
  });
};

const zipped: Scenario = (world) => {
  const inputs = [new Chan<number>(), new Chan<number>(1)];
  const rows = zip(inputs);
  const over = hangUp(world, rows, inputs, 20);
  for (const input of inputs) {
    world.go('input', async () => {
      for (const value of numbers(6)) expect(await input.put(value)).toBe(true);
      input.close();
    });
  }
  let count = 0;
  world.go('reader', async () => {
    for (;;) {
      const row = await rows.get();
      if (row === undefined) return;
      expect(row).toEqual([count, count]);
      count++;
    }
  });
  world.go('rest', async () => {
    await over;
    const rests = await Promise.all(inputs.map((input) => input.collect()));
    // Of each at most one is lost: of the row that was to come next.
    for (const rest of rests) {
      expect(rest).toEqual(numbers(6).slice(6 - rest.length));
      expect([0, 1]).toContain(6 - rest.length - count);
    }
  });
};

export const FLOW: Readonly<Record<string, Scenario>> = {
  'a tap leaves in the middle': untapped,
  'subscribers come and go': subscriptions,
  'inputs of a mix are toggled': mixed,
  'readers share a chain, and give up': shared,
  'one of several outs leaves': distributed,
  'the readers of merged channels hang up': merged,
  'the reader of zipped channels hangs up': zipped,
};
