import { describe, expect, test } from 'vitest';
import { spend } from '../../src/base/fairness.js';
import { Chan, type Mix, type MixState, from, fromRange, mix, promise, sliding } from '../../src/index.js';
import { FALSY } from '../support/falsy.js';
import { countListeners } from '../support/listeners.js';
import { numbers } from '../support/numbers.js';
import { turns } from '../support/turns.js';

/** A desk with a roomy output, and two channels that are not added yet. */
function desk(): { out: Chan<string>; a: Chan<string>; b: Chan<string> } {
  return { out: new Chan<string>(100), a: new Chan<string>(), b: new Chan<string>() };
}

/** Works until the event loop must turn before anything goes on. */
async function shutGate(): Promise<void> {
  await turns();
  const begun = performance.now();
  while (spend() || performance.now() - begun < 6);
}

/** What has come out by now. */
async function heard(out: Chan<string>): Promise<string[]> {
  await turns();
  return out.collect(out.stats().buffered);
}

/** What is taken of what is put, without waiting. */
async function takes(...chans: Chan<string>[]): Promise<(boolean | undefined)[]> {
  const taken: (boolean | undefined)[] = [];
  for (const ch of chans) {
    await turns();
    taken.push(ch.tryPut('x'));
  }
  return taken;
}

test('the values of all inputs go to the output, each input’s in order', async () => {
  const out = new Chan<number>();
  const inputs = [0, 100, 200].map((start) => fromRange(start, start + 50));
  const both = mix(out);
  for (const input of inputs) both.add(input);
  const got = await out.collect(150);
  for (const n of [0, 100, 200]) {
    const own = got.filter((value) => value >= n && value < n + 100);
    expect(own).toEqual(numbers(50).map((i) => n + i));
  }
});

test('of several inputs that are ready one is taken at random', async () => {
  const out = new Chan<string>();
  mix(out)
    .add(fromRange().map(() => 'a'))
    .add(fromRange().map(() => 'b'));
  const got = await out.collect(1000);
  out.cancel();
  for (const name of ['a', 'b']) expect(got.filter((one) => one === name).length).toBeGreaterThan(300);
});

test('an input that ends, or is empty, is removed; the output stays open for others', async () => {
  const { out } = desk();
  const both = mix(out)
    .add(from(['a']))
    .add(from<string>([]));
  expect(await heard(out)).toEqual(['a']);
  expect(out.closed).toBe(false);
  both.add(from(['b'])).add(from(Promise.resolve('c')));
  expect(new Set(await heard(out))).toEqual(new Set(['b', 'c']));
});

test('an input that fails, also with a falsy cause, closes the output with its error and leaves the others', async () => {
  for (const cause of [new Error('lost'), ...FALSY]) {
    const { out, a, b } = desk();
    mix(out).add(b).add(new Chan<string>(1).add('x').close(cause)).add(a);
    expect(await out.get()).toBe('x');
    await expect(out.get()).rejects.toBe(cause);
    expect([a.stats().waitingGets, b.stats().waitingGets, a.closed]).toEqual([0, 0, false]);
  }
});

test('an input that is cancelled is removed', async () => {
  const { out, a, b } = desk();
  mix(out).add(a).add(b);
  a.cancel();
  expect(b.tryPut('b')).toBe(true);
  expect(await heard(out)).toEqual(['b']);
});

test('an output that is slow holds up the inputs; one that slides does not', async () => {
  let produced = 0;
  const endless = (): ReturnType<typeof fromRange> => fromRange().tap(() => produced++);
  const out = new Chan<number>(2);
  mix(out).add(endless());
  await turns();
  expect(produced).toBe(3);
  out.cancel();
  await turns();
  expect(produced).toBe(3);
  const latest = new Chan<number>(sliding(1));
  mix(latest).add(fromRange(50));
  await turns();
  expect(await latest.get()).toBe(49);
  const once = new Chan<number>(promise());
  mix(once).add(fromRange(50));
  await turns();
  expect([await once.get(), once.stats().puts]).toEqual([0, 50]);
});

test.each([
  ['closes', (out: Chan<string>) => void out.close()],
  ['is cancelled', (out: Chan<string>) => out.cancel()],
])('when the output %s nothing more is taken, and no waiter and no listener is left', async (_, end) => {
  const { out, a, b } = desk();
  const listeners = countListeners(out.signal);
  const both = mix(out).add(a).add(b);
  expect([a.stats().waitingGets, listeners.now]).toEqual([1, 1]);
  end(out);
  expect([a.stats().waitingGets, b.stats().waitingGets, listeners.now]).toEqual([0, 0, 0]);
  both.add(new Chan<string>(1).add('late'));
  expect(await takes(a, b)).toEqual([undefined, undefined]);
  expect([a.closed, b.closed]).toEqual([false, false]);
});

test('when the output closes the stages above are cancelled', () => {
  const { out, a } = desk();
  const stage = a.map((one) => one);
  mix(out).add(stage);
  out.cancel();
  expect([stage.closed, a.closed]).toEqual([true, false]);
});

test('an output that is closed already takes nothing', async () => {
  const { out, a } = desk();
  mix(out.close()).add(a);
  expect(await takes(a)).toEqual([undefined]);
});

test('an input that is added by what makes the values of another is heard', async () => {
  const { out } = desk();
  const both = mix(out);
  const a = new Chan<string>(1).add('a');
  both.add(a.filter(() => (both.add(from(['b'])), false)));
  expect(await heard(out)).toEqual(['b']);
});

test('an output that is closed by what makes the values of an input gets no more of them', async () => {
  const { out } = desk();
  const a = new Chan<string>(3).add('a', 'b', 'c');
  mix(out).add(a.map((one) => (one === 'b' ? (out.close(), one) : one)));
  expect(await heard(out)).toEqual(['a']);
  expect([a.stats().buffered, a.stats().waitingGets]).toEqual([1, 0]);
});

test('each input that has something is equally likely to be next, wherever it stands among silent ones', async () => {
  const out = new Chan<number>();
  const inputs = numbers(8).map((i) => (i === 3 || i === 4 ? fromRange().map(() => i) : new Chan<number>()));
  const one = mix(out);
  for (const input of inputs) one.add(input);
  const got = await out.collect(4000);
  out.cancel();
  // Binomial: less than 1,700 of 4,000 has a chance of 1e-21.
  for (const i of [3, 4]) expect(got.filter((value) => value === i).length).toBeGreaterThan(1700);
});

/** Code that changes a desk, or puts to an input of it, while the desk is looking at another. */
async function meanwhile(
  act: (both: Mix<string>, b: Chan<string>) => void,
  state: MixState = {},
): Promise<string[]> {
  const { out, b } = desk();
  const both = mix(out).toggle(b, state);
  both.add(new Chan<string>(1).add('a').tap(() => act(both, b)));
  return heard(out);
}

describe('what becomes of a value is decided when it is taken:', () => {
  test.each<readonly [string, (both: Mix<string>, b: Chan<string>) => unknown]>([
    ['removed', (both, b) => both.remove(b)],
    ['removed and added again', (both, b) => both.remove(b).add(b)],
    ['muted', (both, b) => both.toggle(b, { mute: true })],
    ['paused', (both, b) => both.toggle(b, { pause: true })],
  ])('from an input that is %s before the desk looks, it is delivered', async (_, change) => {
    const got = await meanwhile((both, b) => {
      expect(b.tryPut('b')).toBe(true);
      change(both, b);
    });
    expect(new Set(got)).toEqual(new Set(['a', 'b']));
  });

  test('from a muted input that is heard before the desk looks, it is dropped', async () => {
    const got = await meanwhile(
      (both, b) => {
        expect(b.tryPut('b')).toBe(true);
        both.toggle(b, { mute: false });
      },
      { mute: true },
    );
    expect(got).toEqual(['a']);
  });

  test('from a muted input that is removed before the desk looks, it is dropped', async () => {
    const got = await meanwhile(
      (both, b) => {
        expect(b.tryPut('b')).toBe(true);
        both.remove(b);
      },
      { mute: true },
    );
    expect(got).toEqual(['a']);
  });

  test('an input that is removed and added again gives its values in order', async () => {
    const { out, b } = desk();
    const both = mix(out).add(b);
    both.add(
      new Chan<string>(1).add('a').tap(() => {
        b.tryPut('b1');
        both.remove(b).add(b);
      }),
    );
    await turns();
    expect(b.tryPut('b2')).toBe(true);
    expect((await heard(out)).filter((one) => one !== 'a')).toEqual(['b1', 'b2']);
  });

  test('the failure of an input that is removed afterwards closes the output', async () => {
    const { out, b } = desk();
    const both = mix(out).add(b);
    both.add(
      new Chan<string>(1).add('a').tap(() => {
        b.close('lost');
        both.remove(b);
      }),
    );
    await expect(out.collect()).rejects.toBe('lost');
  });
});

test('what is set aside by a solo before the desk looks is delivered', async () => {
  for (const mode of ['mute', 'pause'] as const) {
    const got = await meanwhile((both, b) => {
      expect(b.tryPut('b')).toBe(true);
      both.soloMode(mode).toggle(new Chan<string>(), { solo: true });
    });
    expect(got).toContain('b');
  }
});

describe('while the event loop must turn first', () => {
  test('an input takes nothing that could be lost when the output closes', async () => {
    const { out, a } = desk();
    mix(out).add(a);
    await shutGate();
    const taken = [a.tryPut('1'), a.tryPut('2')].filter((one) => one === true).length;
    out.close();
    expect(await out.collect()).toHaveLength(taken);
  });

  test('an input that is paused takes nothing from then on', async () => {
    const { out, a } = desk();
    const one = mix(out).add(a);
    await shutGate();
    a.tryPut('1');
    one.toggle(a, { pause: true });
    expect(a.tryPut('2')).toBeUndefined();
  });

  test('every value that was taken is heard, though its input is removed at once', async () => {
    const { out, a } = desk();
    const one = mix(out).add(a);
    let taken = 0;
    for (let round = 0; round < 300; round++) {
      const c = new Chan<string>();
      one.add(c);
      a.tryPut('a');
      if (c.tryPut('c') === true) taken++;
      one.remove(c);
      if (round % 20 === 0) await turns(1);
      if (out.stats().buffered > 50)
        await heard(out).then((got) => (taken -= got.filter((value) => value === 'c').length));
    }
    expect(taken).toBe((await heard(out)).filter((value) => value === 'c').length);
  });
});

describe('close', () => {
  test.each<readonly [string, (one: Mix<string>) => unknown]>([
    ['close', (one) => one.close()],
    ['using', (one) => one[Symbol.dispose]()],
    ['await using', (one) => one[Symbol.asyncDispose]()],
  ])('by %s removes all inputs and lets go of the output, which stays open', async (_, close) => {
    const { out, a, b } = desk();
    const listeners = countListeners(out.signal);
    const one = mix(out).add(a).toggle(b, { solo: true });
    expect(listeners.now).toBe(1);
    await close(one);
    expect([a, b].map((chan) => chan.stats().waitingGets)).toEqual([0, 0]);
    expect([listeners.now, out.closed, a.closed]).toEqual([0, false, false]);
    one.add(a);
    expect(await takes(a)).toEqual([undefined]);
    one.close();
  });

  test('delivers what was taken, before it lets go', async () => {
    const { b } = desk();
    const out = new Chan<string>();
    const listeners = countListeners(out.signal);
    const one = mix(out).add(b);
    one.add(
      new Chan<string>(1).add('a').tap(() => {
        b.tryPut('b');
        one.close();
      }),
    );
    expect(listeners.now).toBe(1);
    expect(new Set([await out.get(), await out.get()])).toEqual(new Set(['a', 'b']));
    await turns();
    expect(listeners.now).toBe(0);
  });
});

describe('remove', () => {
  test('takes nothing more from an input, and leaves it open', async () => {
    const { out, a, b } = desk();
    mix(out).add(a).add(b).remove(a).remove(a);
    expect([a.stats().waitingGets, ...(await takes(a, b)), a.closed]).toEqual([0, undefined, true, false]);
    expect(await heard(out)).toEqual(['x']);
  });

  test('in the callback of a get takes effect at once', async () => {
    const { a, b } = desk();
    const out = new Chan<string>();
    const both = mix(out).add(a).add(b);
    out.getThen(() => both.remove(a).toggle(b, { pause: true }));
    expect(await takes(a, a, b)).toEqual([true, undefined, undefined]);
  });

  test('while the output is busy loses no value that was taken', async () => {
    const { a, b } = desk();
    const out = new Chan<string>();
    const both = mix(out).add(a).add(b);
    expect(await a.put('a')).toBe(true);
    const accepted = b.tryPut('b');
    both.remove(b);
    expect(await out.get()).toBe('a');
    await turns();
    expect(out.tryGet()).toBe(accepted === true ? 'b' : undefined);
  });
});

describe('mute', () => {
  test('takes an input’s values and drops them, until it is taken back', async () => {
    const { out, a } = desk();
    const one = mix(out).toggle(a, { mute: true });
    expect(await takes(a, a)).toEqual([true, true]);
    expect(await heard(out)).toEqual([]);
    one.toggle(a, { mute: false });
    expect(await takes(a)).toEqual([true]);
    expect(await heard(out)).toEqual(['x']);
  });

  test('an endless input that is muted does not hold up the others, or the event loop', async () => {
    const { out } = desk();
    mix(out)
      .toggle(
        fromRange().map(() => 'noise'),
        { mute: true },
      )
      .add(from(['music']));
    expect(await out.get()).toBe('music');
    out.cancel();
  });
});

describe('pause', () => {
  test('leaves an input’s values waiting, until it is taken back', async () => {
    const { out, a } = desk();
    const one = mix(out).add(a).toggle(a, { pause: true });
    expect([a.stats().waitingGets, ...(await takes(a))]).toEqual([0, undefined]);
    const put = a.put('kept');
    one.toggle(a, { pause: false });
    expect(await put).toBe(true);
    expect(await heard(out)).toEqual(['kept']);
  });

  test('stands above mute', async () => {
    const { out, a } = desk();
    mix(out).toggle(a, { pause: true, mute: true });
    expect(await takes(a)).toEqual([undefined]);
  });

  test('while the output is busy takes effect at once', async () => {
    const { a, b } = desk();
    const out = new Chan<string>();
    const both = mix(out).add(a).add(b);
    expect(await a.put('a')).toBe(true);
    both.toggle(b, { pause: true });
    expect(await takes(b)).toEqual([undefined]);
  });
});

describe('solo', () => {
  test('mutes the other inputs, whatever their state, until there is none', async () => {
    const { out, a, b } = desk();
    const both = mix(out).add(a).toggle(b, { solo: true });
    expect(await a.put('dropped')).toBe(true);
    expect(await b.put('solo')).toBe(true);
    expect(await heard(out)).toEqual(['solo']);
    both.toggle(a, { pause: true });
    expect(await a.put('dropped')).toBe(true);
    both.toggle(b, { solo: false });
    expect([...(await takes(a, b)), ...(await heard(out))]).toEqual([undefined, true, 'x']);
  });

  test('in the mode pause leaves the values of the others waiting', async () => {
    const { out, a, b } = desk();
    const both = mix(out).soloMode('pause').toggle(a, { mute: true }).toggle(b, { solo: true });
    expect(await takes(a, b)).toEqual([undefined, true]);
    expect(await heard(out)).toEqual(['x']);
    both.soloMode('mute');
    expect(await takes(a, b)).toEqual([true, true]);
    expect(await heard(out)).toEqual(['x']);
  });

  test('stands above mute and pause of its own', async () => {
    const { out, a, b } = desk();
    mix(out).toggle(a, { solo: true, mute: true }).toggle(b, { solo: true, pause: true });
    expect(await a.put('a')).toBe(true);
    expect(await b.put('b')).toBe(true);
    expect(await heard(out)).toEqual(['a', 'b']);
  });

  test('ends when the input is removed', async () => {
    const { out, a, b } = desk();
    const both = mix(out).soloMode('pause').toggle(b, { solo: true }).add(a);
    expect(await takes(a)).toEqual([undefined]);
    both.remove(b);
    expect(await takes(a)).toEqual([true]);
    expect(await heard(out)).toEqual(['x']);
  });

  test('ends when the input ends', async () => {
    const { out, a, b } = desk();
    mix(out).soloMode('pause').toggle(b, { solo: true }).add(a);
    b.close();
    await turns();
    expect(await takes(a)).toEqual([true]);
    expect(await heard(out)).toEqual(['x']);
  });
});

test('a toggle changes what it names, and leaves the rest; add leaves all', async () => {
  const { out, a } = desk();
  const state = { mute: true };
  const one = mix(out).toggle(a, state);
  state.mute = false;
  one.toggle(a, { pause: true }).toggle(a, { pause: false }).add(a);
  expect(await takes(a)).toEqual([true]);
  expect(await heard(out)).toEqual([]);
});

test('a bad argument is refused at once', () => {
  const one = mix(new Chan<string>());
  for (const bad of [5, null, undefined, {}]) {
    expect(() => mix(bad as never)).toThrow(TypeError);
    expect(() => one.add(bad as never)).toThrow(TypeError);
    expect(() => one.toggle(bad as never, {})).toThrow(TypeError);
  }
  expect(() => one.soloMode('solo' as never)).toThrow(TypeError);
});
