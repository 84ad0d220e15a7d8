import { expect } from 'vitest';
import { Chan, type ReadChan, select, type Value } from '../../src/index.js';
import { about } from '../support/behaviour.js';
import { FALSY } from '../support/falsy.js';
import { isPending, rejection } from '../support/outcome.js';

const behaviour = about('Nothing: values and channels that are none');

behaviour(
  'the value that means the end cannot be put',
  {
    millrace: 'yes: `undefined`',
    Go: 'has no such value: the end is told by a second result',
    'core.async': 'the same: nil',
    aiochan: 'the same: None',
  },
  async () => {
    const ch = new Chan<number>(1);
    expect((await rejection(ch.put(undefined as never))).reason).toBeInstanceOf(TypeError);
    expect(() => ch.tryPut(undefined as never)).toThrow(TypeError);
    expect(ch.stats()).toMatchObject({ puts: 0, waitingPuts: 0 });
  },
);

behaviour(
  'values that count as false pass through, null too',
  {
    Go: 'the same: zero values and nil',
    'core.async': 'the same for false',
    aiochan: 'the same, but for None',
  },
  async () => {
    for (const size of [0, FALSY.length]) {
      expect(
        await new Chan<Value>(size)
          .add(...FALSY)
          .close()
          .collect(),
      ).toEqual(FALSY);
    }
  },
);

behaviour(
  'a case without a channel is never chosen',
  {
    millrace: 'yes: `undefined`, `null` or `false` in its place',
    Go: 'the same: a nil channel',
    'core.async': 'throws: nil is no port; the list of ports is built without it',
    aiochan: 'throws: None is no operation',
  },
  async () => {
    for (const off of [undefined, null, false] as const) {
      const on = new Chan<number>();
      const chosen = select({ off, on });
      expect(await isPending(chosen)).toBe(true);
      on.tryPut(1);
      expect(await chosen).toEqual({ key: 'on', value: 1 });
    }
  },
);

behaviour(
  'a put and a get can be left out alike',
  { Go: 'the same: a nil channel', 'core.async': 'throws', aiochan: 'throws' },
  async () => {
    const queue: number[] = [];
    const [input, output] = [new Chan<number>(3).add(1, 2, 3), new Chan<number>(3)];
    for (let i = 0; i < 6; i++) {
      const head = queue[0];
      const { key, value } = await select({
        read: queue.length < 2 && input,
        written: head !== undefined && [output, head],
      });
      if (key === 'written') queue.shift();
      else if (value !== undefined) queue.push(value);
    }
    expect(await output.collect(3)).toEqual([1, 2, 3]);
    expect(queue).toEqual([]);
  },
);

behaviour(
  'inputs that have ended can be left out of the next round, until none is left',
  {
    Go: 'the same: the variable is set to nil',
    'core.async': 'the list of ports is built anew',
    aiochan: 'the list of operations is built anew',
  },
  async () => {
    const inputs: (ReadChan<number> | undefined)[] = [
      new Chan<number>(2).add(1, 2).close(),
      new Chan<number>().close(),
      new Chan<number>(1).add(3).close(),
    ];
    const seen = new Set<number>();
    while (inputs.some((input) => input !== undefined)) {
      const { index, value } = await select(inputs);
      if (value === undefined) inputs[index] = undefined;
      else seen.add(value);
    }
    expect(seen).toEqual(new Set([1, 2, 3]));
  },
);

behaviour(
  'a select of which no case can ever be chosen is refused',
  {
    millrace: 'yes: a TypeError, as a wait that nothing can end is a mistake',
    Go: 'waits for ever',
    'core.async': 'refused if there are none: an assertion fails',
    aiochan: 'waits for ever',
  },
  async () => {
    for (const cases of [[], [undefined, null, false] as const]) {
      expect((await rejection(select(cases))).reason).toBeInstanceOf(TypeError);
    }
  },
);

behaviour(
  'a select of which no case can be chosen takes its default',
  {
    Go: 'the same',
    'core.async': 'refused: there must be a port',
    aiochan: 'the same',
  },
  async () => {
    expect(await select([], { default: 'none' })).toMatchObject({ index: undefined, value: 'none' });
    expect(await select([undefined], { default: 'none' })).toMatchObject({ index: undefined, value: 'none' });
  },
);
