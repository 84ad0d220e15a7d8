/** How late a timer is while a loop runs. */
import { turns } from './turns.js';

const { process } = globalThis as {
  process?: { cpuUsage?: () => { readonly user: number; readonly system: number } };
};

/** A moment: on the clock, and by the milliseconds that this process has worked, all threads of the engine together. */
interface Moment {
  readonly time: number;
  readonly work: number;
}

function moment(): Moment {
  const time = performance.now();
  if (process?.cpuUsage === undefined) return { time, work: time };
  const { user, system } = process.cpuUsage();
  return { time, work: (user + system) / 1000 };
}

/** Milliseconds since then: of the clock, or of work, whichever is less. Other programs on the machine do not count, nor do threads that collect garbage beside ours. */
function since(then: Moment): number {
  const { time, work } = moment();
  return Math.min(time - then.time, work - then.work);
}

/** Milliseconds between two ticks of the timer, and how many ticks a loop is watched for. */
const INTERVAL = 5;
const TICKS = 6;
/** After so long without a tick a loop is ended. */
const STARVED = 200;

/**
 * The longest time by which a timer of 5 ms was late while `loop` ran, in milliseconds. The best of ten, a tenth of
 * a second apart where one was late: pauses of the collector and of the machine are not the loop's.
 *
 * @param loop - goes on while `more` says so, and asks at least once for each round.
 */
export async function lateness(loop: (more: () => boolean) => Promise<unknown>): Promise<number> {
  let best = await once(loop);
  for (let i = 1; i < 10 && best > 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    best = Math.min(best, await once(loop));
  }
  return best;
}

async function once(loop: (more: () => boolean) => Promise<unknown>): Promise<number> {
  await turns();
  let last = moment();
  let latest = 0;
  let ticks = 0;
  let asked = 0;
  let starved = false;
  const tick = (): void => {
    latest = Math.max(latest, since(last) - INTERVAL);
    last = moment();
    ticks++;
  };
  const timer = setInterval(tick, INTERVAL);
  const more = (): boolean => {
    if (++asked % 64 === 0 && since(last) > STARVED) starved = true;
    return ticks < TICKS && !starved;
  };
  await loop(more);
  clearInterval(timer);
  return starved ? STARVED : latest;
}
