/**
 * Runs a program under many schedules: what goes on next, which ready case a select takes and when time passes follow from a
 * seed, so that a failure can be seen again.
 *
 * - In a third of the runs everything that the library would let go on is held and let go one at a time, at random; promises of
 *   the program's own settle in between. Callbacks keep their order: the library promises it.
 * - In the other runs the gate of fairness is open at first: who waits is woken and called back at once, in the midst of the
 *   operation that does it. Any operation may shut the gate: then everything is held for a while, in which timers and turns of the
 *   event loop go on; what was held is then let go in order, or at random.
 * - Time is virtual. A timer may fire late, as on a busy machine, never early; it is not waited for.
 * - A program is at rest when nothing is held and no timer is set. Then what must have ended has, and what it checks holds.
 * - At rest nobody waits on any channel that was made, and no signal has a listener, unless the program says so.
 */
import type { Chan } from '../../src/index.js';
import { follow, shutGate } from '../../src/base/fairness.js';
import { setObserver } from '../../src/base/observe.js';
import { seed } from '../../src/base/random.js';
import { immediate } from '../support/turns.js';

/** Steps of one run before it counts as one that never comes to rest. */
const MOST_STEPS = 20_000;

/** A world of one run: what the program does in it. */
export class World {
  readonly seed: number;
  #state: number;
  readonly #unfinished = new Map<string, number>();
  readonly #checks: (() => void)[] = [];
  readonly #failures: unknown[] = [];
  readonly #made: Chan<unknown>[] = [];
  readonly #forsaken = new Set<unknown>();
  #listeners = 0;

  constructor(of: number) {
    this.seed = of;
    this.#state = Math.imul(of, 2654435761) | 1;
  }

  /** A random integer of at least 0 and below `n`, which follows from the seed (xorshift, after Marsaglia). */
  readonly below = (n: number): number => {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  };

  /** Starts a goroutine that must have ended when the program is at rest. */
  go(name: string, body: () => Promise<unknown>): void {
    this.#unfinished.set(name, (this.#unfinished.get(name) ?? 0) + 1);
    body().then(
      () => this.#ended(name),
      (error: unknown) => {
        this.#ended(name);
        this.#failures.push(error);
      },
    );
  }

  /** What must hold when the program is at rest; throws if it does not. */
  atRest(check: () => void): void {
    this.#checks.push(check);
  }

  /** Puts may still wait on these at rest: nobody reads them any more. */
  forsake(...chans: readonly unknown[]): void {
    for (const chan of chans) this.#forsaken.add(chan);
  }

  /** Notes every channel that is made, and every listener for an abort. @returns what ends it. */
  watch(): () => void {
    const ignore = (): void => {};
    const before = setObserver({
      made: (chan) => void this.#made.push(chan as Chan<unknown>), // Sound: it is one.
      parked: ignore,
      left: ignore,
      gave: ignore,
      took: ignore,
      buffered: ignore,
      unbuffered: ignore,
      closed: ignore,
      cancelled: ignore,
      ran: (fn, args) => fn(...args),
    });
    const listeners = new Map<unknown, Set<unknown>>();
    const count = (method: 'add' | 'delete', signal: unknown, listener: unknown): void => {
      const its = listeners.get(signal) ?? new Set();
      listeners.set(signal, its);
      this.#listeners -= its.size;
      its[method](listener);
      this.#listeners += its.size;
    };
    const signals = AbortSignal.prototype as Partial<AbortSignal>;
    signals.addEventListener = function (
      this: AbortSignal,
      ...args: Parameters<EventTarget['addEventListener']>
    ) {
      count('add', this, args[1]);
      EventTarget.prototype.addEventListener.apply(this, args);
    };
    signals.removeEventListener = function (
      this: AbortSignal,
      ...args: Parameters<EventTarget['addEventListener']>
    ) {
      count('delete', this, args[1]);
      EventTarget.prototype.removeEventListener.apply(this, args);
    };
    return () => {
      setObserver(before);
      delete signals.addEventListener;
      delete signals.removeEventListener;
    };
  }

  /** @throws the first thing that is wrong. */
  verify(): void {
    for (const error of this.#failures) throw error;
    const left = [...this.#unfinished.keys()];
    if (left.length > 0) throw new Error(`at rest, and still waiting: ${left.join(', ')}`);
    for (const check of this.#checks) check();
    for (const chan of this.#made) {
      const { waitingGets, waitingPuts } = chan.stats();
      if (waitingGets > 0) throw new Error(`${waitingGets} gets are left waiting on a channel`);
      if (waitingPuts > 0 && !this.#forsaken.has(chan))
        throw new Error(`${waitingPuts} puts are left waiting on a channel`);
    }
    if (this.#listeners > 0) throw new Error(`${this.#listeners} abort listeners are left`);
  }

  #ended(name: string): void {
    const left = (this.#unfinished.get(name) ?? 1) - 1;
    if (left === 0) this.#unfinished.delete(name);
    else this.#unfinished.set(name, left);
  }
}

export type Scenario = (world: World) => void;

interface Timer {
  readonly id: number;
  readonly due: number;
  readonly run: () => void;
}

/** One thing that the library lets go on later. */
interface Held {
  readonly run: () => void;
  readonly called: boolean;
}

/** How a run lets things go on. */
type Style = 'held' | 'in order' | 'in any order';
const STYLES: readonly Style[] = ['held', 'in order', 'in any order'];

/** One run's schedule, and its clock. */
class Run {
  readonly #world: World;
  readonly #style: Style;
  /** Of how many operations one shuts the gate. */
  readonly #rarity: number;
  #isShut: boolean;
  /** What the gate holds, in the order in which it came. */
  readonly #held: Held[] = [];
  /** What goes on when the event loop turns. */
  readonly #turns: (() => void)[] = [];
  readonly #timers: Timer[] = [];
  #time = 0;
  #timerIds = 0;
  #steps = 0;

  constructor(world: World) {
    this.#world = world;
    this.#style = STYLES[world.seed % 3] as Style; // Sound: there are three.
    this.#rarity = 2 << world.below(5);
    this.#isShut = this.#style === 'held';
  }

  readonly passes = (): boolean => {
    const { below } = this.#world;
    if (this.#style === 'held') return below(2) === 0;
    if (!this.#isShut && below(this.#rarity) === 0) {
      this.#isShut = true;
      shutGate(true);
    }
    return !this.#isShut && (this.#held.length === 0 || below(2) === 0);
  };
  readonly post = (run: () => void, called: boolean, turn = false): void => {
    if (turn) this.#turns.push(run);
    else this.#held.push({ run, called });
    // Nothing overtakes what is held.
    if (!turn) shutGate(true);
  };

  /** Puts the clock in place of the platform's. @returns what takes it back. */
  replaceClock(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const now = performance.now.bind(performance);
    const replace = (to: { setTimeout: unknown; clearTimeout: unknown }, read: () => number): void => {
      Object.assign(globalThis, to);
      performance.now = read;
    };
    replace(
      {
        setTimeout: (run: () => void, ms = 0) => {
          const timer = { id: ++this.#timerIds, due: this.#time + Math.max(1, ms), run };
          const after = this.#timers.findIndex(({ due }) => due > timer.due);
          this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer);
          return timer.id;
        },
        clearTimeout: (id: unknown) => {
          const at = this.#timers.findIndex((timer) => timer.id === id);
          if (at >= 0) this.#timers.splice(at, 1);
        },
      },
      () => this.#time,
    );
    return () => replace({ setTimeout, clearTimeout }, now);
  }

  /** As it begins, the gate is shut only if nothing ever opens it. */
  begin(): void {
    shutGate(this.#isShut);
  }

  async toRest(): Promise<void> {
    do {
      if (++this.#steps > MOST_STEPS) throw new Error(`does not come to rest in ${MOST_STEPS} steps`);
      // What promises of its own make of the last step.
      await new Promise<void>(immediate);
    } while (this.#step());
  }

  /** Lets one thing go on. @returns false if there is none. */
  #step(): boolean {
    const { below } = this.#world;
    const held = this.#held.length;
    const turns = this.#turns.length;
    const ready = held + turns;
    if (this.#timers.length > 0 && (ready === 0 || below(8) === 0)) {
      const [timer] = this.#timers.splice(0, 1) as [Timer]; // Sound: there is one.
      this.#time = Math.max(this.#time, timer.due);
      timer.run();
      return true;
    }
    if (ready === 0) {
      this.#open();
      return false;
    }
    if (this.#style !== 'held' && this.#isShut) {
      // It stays shut for a while, in which timers and turns go on.
      if (turns === 0 || below(3) === 0) this.#isShut = false;
      else this.#turn();
    } else if (below(ready) < turns) this.#turn();
    else this.#release();
    this.#open();
    return true;
  }

  /** The gate opens when it is to be open, and nothing is held. */
  #open(): void {
    if (this.#style !== 'held' && !this.#isShut && this.#held.length === 0) shutGate(false);
  }

  #turn(): void {
    const [run] = this.#turns.splice(this.#world.below(this.#turns.length), 1);
    run?.();
  }

  /** Lets one thing that is held go on; callbacks keep their order. */
  #release(): void {
    const held = this.#held;
    const at = this.#style === 'in order' ? 0 : this.#world.below(held.length);
    const first = held[at]?.called === true ? held.findIndex(({ called }) => called) : at;
    const [one] = held.splice(first, 1);
    one?.run();
  }
}

/** Runs a scenario once, as `seed` says. @throws what is wrong. */
export async function replay(scenario: Scenario, of: number): Promise<void> {
  const world = new World(of);
  const run = new Run(world);
  const restoreClock = run.replaceClock();
  const unwatch = world.watch();
  follow(run);
  run.begin();
  seed(of);
  try {
    scenario(world);
    await run.toRest();
  } finally {
    follow(undefined);
    unwatch();
    restoreClock();
  }
  world.verify();
}

/** What to explore, unless said otherwise: `EXPLORE_SEED` replays one schedule, `EXPLORE_RUNS` says how many there are. */
const { EXPLORE_SEED, EXPLORE_RUNS } =
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const RUNS: number = Number(EXPLORE_RUNS ?? 400);

/** Explores as the environment says. */
export function explore(scenario: Scenario): Promise<void> {
  return EXPLORE_SEED === undefined
    ? exploreFrom(scenario, 1, RUNS)
    : exploreFrom(scenario, Number(EXPLORE_SEED), 1);
}

/**
 * Runs a scenario under `runs` schedules, whatever the environment says.
 *
 * @throws an error that names the seed of the first schedule that fails; its cause says what is wrong.
 */
export async function exploreFrom(scenario: Scenario, first: number, runs: number): Promise<void> {
  for (let of = first; of < first + runs; of++) {
    try {
      await replay(scenario, of);
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${what}\nTo see it again: EXPLORE_SEED=${of}`, { cause });
    }
  }
}
