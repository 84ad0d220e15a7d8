/** Faults planted in the machine, each of a kind that such machines have had: exploring must see every one. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Chan } from '../../src/index.js';
import { Waiter, WaiterList } from '../../src/channel/waiters.js';
import { AsyncPipe } from '../../src/operators/async-pipe.js';
import { Inlet } from '../../src/pull/inlet.js';
import { Iteration } from '../../src/channel/iteration.js';
import { DrainLoop } from '../../src/pull/drain-loop.js';
import { PullChan } from '../../src/pull/pull-chan.js';
import { Dup } from '../../src/operators/dup.js';
import { turns } from '../support/turns.js';
import { exploreFrom } from './engine.js';
import { SCENARIOS } from './scenarios.js';

// An operation that settles twice rejects what nobody has hold of any more. That is the fault's doing, and not what is looked for.
let others: NodeJS.UnhandledRejectionListener[] = [];
const ignore = (): void => {};

beforeAll(() => {
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await turns();
});

afterAll(() => {
  process.off('unhandledRejection', ignore);
  for (const other of others) process.on('unhandledRejection', other);
});

/** What the planted code may reach. */
type Inside = Record<string, never> & { source: unknown; index: number; length: number };

/** Replaces a method, which is given its object and what it replaces. */
function plant(
  prototype: object,
  method: string,
  fault: (self: Inside, original: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
): void {
  const target = prototype as Record<string, (...args: unknown[]) => unknown>;
  const original = target[method];
  if (original === undefined) throw new Error(`no method: ${method}`);
  vi.spyOn(target, method).mockImplementation(function (this: unknown, ...args) {
    return fault(this as Inside, original.bind(this), args);
  });
}

/** Schedules among which one must show a fault, also where the environment asks for one schedule only. */
const RUNS = 2000;

const expectSeen = async (scenario: string): Promise<void> => {
  const program = SCENARIOS[scenario];
  if (program === undefined) throw new Error(`no scenario: ${scenario}`);
  await expect(exploreFrom(program, 1, RUNS)).rejects.toThrow(/To see it again: EXPLORE_SEED=\d+$/);
};

test('a select whose losers are not withdrawn commits twice', async () => {
  plant(Waiter.prototype, 'claim', (self) => {
    self.source = null;
  });
  await expectSeen('selects that put and get meet each other, and a close');
});

test('an operation that stays in the queue when it is aborted takes a value with it', async () => {
  plant(Waiter.prototype, 'withdraw', (self) => {
    self.source = null;
  });
  await expectSeen('operations are aborted while others match them');
});

test('a close that drops the puts that wait', async () => {
  plant(Chan.prototype, 'close', (self, original, args) => {
    const result = original(...args);
    for (const put of (self as unknown as { puts: WaiterList }).puts.drain()) put.settle(put, true, false);
    return result;
  });
  await expectSeen('a channel is closed while puts wait');
});

test('a get that does not move a waiting put into the room it made', async () => {
  plant(Chan.prototype, 'refill', () => undefined);
  await expectSeen('a reader leaves while puts wait beside a buffer');
});

test('a cancel that forgets the puts that wait', async () => {
  plant(Chan.prototype, 'cancel', (self, original, args) => {
    // Those that wait are forgotten, and never told.
    const { puts } = self as unknown as { puts: WaiterList };
    puts.head = null;
    puts.length = 0;
    return original(...args);
  });
  await expectSeen('a channel is cancelled while puts wait');
});

test('a tap that leaves, and is waited for all the same', async () => {
  plant(Dup.prototype, 'untap', () => undefined);
  await expectSeen('a tap leaves in the middle');
});

test('a queue that forgets its order', async () => {
  plant(WaiterList.prototype, 'push', (_, original, [waiter]) => original(waiter, true));
  await expectSeen('a channel is closed while puts wait');
});

test.each(['the readers of merged channels hang up', 'the reader of zipped channels hangs up'])(
  'a stage over many channels that goes on waiting on them: %s',
  async (scenario) => {
    plant(Inlet.prototype, 'disarm', () => undefined);
    await expectSeen(scenario);
  },
);

test.each([
  'the reader of concurrent calls hangs up',
  'the reader of concurrent calls in any order hangs up',
  'one of several concurrent calls fails',
  'one of several concurrent calls in any order fails',
])('calls that are not told that nobody wants their results: %s', async (scenario) => {
  plant(AsyncPipe.prototype, 'stop', () => undefined);
  await expectSeen(scenario);
});

test('values that gather, and are forgotten', async () => {
  plant(Chan.prototype, 'gather', (_, original) => original(() => undefined));
  await expectSeen('values gather for a terminal while others read');
});

// Something is accepted in one moment and looked at in a later one, when what decides has changed.

test.each([
  'values go on through pipe, whose output closes',
  'values go on through a tap, whose output closes',
  'values go on through the only out, whose output closes',
])('a pump that is given its value after the put was answered: %s', async (scenario) => {
  plant(DrainLoop.prototype, 'comes', (self, original, args) => {
    Object.defineProperty(self, 'delays', { value: true, configurable: true });
    original(...args);
    vi.spyOn(DrainLoop.prototype, 'stop').mockImplementation(function (this: DrainLoop<unknown>) {
      // It forgets what is coming.
      Object.defineProperty(this, 'arrive', { value: () => {}, configurable: true });
    });
  });
  await expectSeen(scenario);
});

test('a desk that looks at a value after the put was answered', async () => {
  plant(Inlet.prototype, 'received', (_, original, args) => queueMicrotask(() => original(...args)));
  await expectSeen('inputs of a desk are removed right after they were tried');
});

test('an iterator whose return leaves its next waiting', async () => {
  plant(Iteration.prototype, 'return', () => Promise.resolve({ done: true, value: undefined }));
  await expectSeen('an iterator returns while its next waits');
});

test.each([
  'a stage that drops values is read through merge',
  'a stage that drops values is read through zip',
  'a stage that drops values is read through switchMap',
])('a reader that believes it waits though arming has brought a value: %s', async (scenario) => {
  plant(Inlet.prototype, 'arm', (_, original) => {
    original();
    return true;
  });
  await expectSeen(scenario);
});

test('a join of a stage in the middle that takes a value', async () => {
  plant(PullChan.prototype, 'join', (self) =>
    (self as unknown as { get(): Promise<unknown> }).get().then(() => undefined),
  );
  await expectSeen('somebody joins a stage while values run through map');
});

test('a value of a stage in the middle that is lost when its get is given up', async () => {
  plant(PullChan.prototype, 'hold', () => undefined);
  await expectSeen('a get in the middle of a chain is given up while its value is made');
});

test('a channel that looks drained while a put of a select moves into its buffer', async () => {
  plant(Chan.prototype, 'refill', (self, _, [given]) => {
    const { puts } = self as unknown as { puts: WaiterList };
    const buffer = given as { canAdd(): boolean; add(value: unknown): void };
    while (buffer.canAdd()) {
      const put = puts.shift();
      if (put === null) return;
      buffer.add(put.value);
      (self as unknown as { added: number }).added++;
      put.settle(put, true, false);
    }
  });
  await expectSeen('selects with two puts wait on a channel that is closed and joined');
});
