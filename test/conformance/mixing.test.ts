import { expect } from 'vitest';
import { Chan, from, mix } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { turns } from '../support/turns.js';

const behaviour = about('Mixing');
const none = 'has none';

/** A desk with a roomy output, and two channels that are not added yet. */
function desk(): { out: Chan<string>; a: Chan<string>; b: Chan<string> } {
  return { out: new Chan<string>(100), a: new Chan<string>(), b: new Chan<string>() };
}

/** What has come out by now. */
async function heard(out: Chan<string>): Promise<string[]> {
  await turns();
  return out.collect(out.stats().buffered);
}

behaviour(
  'the values of all inputs come out; inputs can be added and removed at any time',
  { Go: none, 'core.async': 'the same', aiochan: none },
  async () => {
    const { out, a, b } = desk();
    const both = mix(out).add(a);
    await a.put('a1');
    both.add(b);
    await b.put('b1');
    both.remove(a);
    expect([a.tryPut('a2'), a.closed]).toEqual([undefined, false]);
    await b.put('b2');
    expect(await heard(out)).toEqual(['a1', 'b1', 'b2']);
  },
);

behaviour(
  'the values of an input that is muted are taken and dropped',
  { Go: none, 'core.async': 'the same', aiochan: none },
  async () => {
    const { out, a, b } = desk();
    const both = mix(out).toggle(a, { mute: true }).add(b);
    for (const [ch, text] of [
      [a, 'a1'],
      [b, 'b1'],
    ] as const)
      expect(await ch.put(text)).toBe(true);
    expect(await heard(out)).toEqual(['b1']);
    both.toggle(a, { mute: false });
    await a.put('a2');
    expect(await heard(out)).toEqual(['a2']);
  },
);

behaviour(
  'the values of an input that is paused are not taken, and come later',
  { Go: none, 'core.async': 'the same', aiochan: none },
  async () => {
    const { out, a, b } = desk();
    const both = mix(out).toggle(a, { pause: true }).add(b);
    expect(a.tryPut('lost?')).toBeUndefined();
    const put = a.put('kept');
    await b.put('b1');
    expect(await heard(out)).toEqual(['b1']);
    both.toggle(a, { pause: false });
    expect(await put).toBe(true);
    expect(await heard(out)).toEqual(['kept']);
  },
);

behaviour(
  'while an input is soloed the others are muted, or paused if the mode says so',
  { Go: none, 'core.async': 'the same', aiochan: none },
  async () => {
    const { out, a, b } = desk();
    const both = mix(out).add(a).toggle(b, { solo: true });
    expect([await a.put('muted'), await b.put('solo')]).toEqual([true, true]);
    expect(await heard(out)).toEqual(['solo']);
    both.soloMode('pause');
    const put = a.put('paused');
    await b.put('solo again');
    expect(await heard(out)).toEqual(['solo again']);
    both.toggle(b, { solo: false });
    expect(await put).toBe(true);
    expect(await heard(out)).toEqual(['paused']);
  },
);

behaviour(
  'a soloed input is heard though it is muted or paused',
  {
    Go: none,
    'core.async': 'says so; one that is paused is read in the mode `:pause` only',
    aiochan: none,
  },
  async () => {
    const { out, a, b } = desk();
    mix(out).toggle(a, { solo: true, mute: true }).toggle(b, { solo: true, pause: true });
    expect([await a.put('a1'), await b.put('b1')]).toEqual([true, true]);
    expect(await heard(out)).toEqual(['a1', 'b1']);
  },
);

behaviour(
  'an input that ends is removed, and the output stays open',
  { Go: none, 'core.async': 'the same', aiochan: none },
  async () => {
    const { out, a } = desk();
    mix(out)
      .add(from(['last']))
      .add(a);
    expect(await heard(out)).toEqual(['last']);
    await a.put('more');
    expect([await heard(out), out.closed]).toEqual([['more'], false]);
  },
);

behaviour(
  'when the output closes nothing more is taken from the inputs',
  { Go: none, 'core.async': 'one value more, which is lost', aiochan: none },
  async () => {
    const { out, a, b } = desk();
    mix(out).add(a).add(b);
    out.close();
    await turns();
    expect([a.tryPut('a1'), b.tryPut('b1'), a.closed, b.closed]).toEqual([
      undefined,
      undefined,
      false,
      false,
    ]);
  },
);
