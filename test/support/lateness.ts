/** How late a timer is while a loop runs. */
import { turns } from './turns.js';

const { process } = globalThis as {
  process?: { cpuUsage?: () => { readonly user: number; readonly system: number } };
};

/** Milliseconds that this process has worked: other programs on the machine do not count. Where that cannot be had, of the clock. */
function worked(): number {
  if (process?.cpuUsage === undefined) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds between two ticks of the timer, and how many ticks a loop is watched for. */
const INTERVAL = 5;
const TICKS = 6;
/** After so long without a tick a loop is ended. */
const STARVED = 200;

/**
 * The longest time by which a timer of 5 ms was late while `loop` ran, in milliseconds of work. The best of three: the
 * collector's pauses are not the loop's.
 *
 * @param loop - goes on while `more` says so, and asks at least once for each round.
 */
export async function lateness(loop: (more: () => boolean) => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < 3 && best > 20; i++) best = Math.min(best, await once(loop));
  return best;
}

async function once(loop: (more: () => boolean) => Promise<unknown>): Promise<number> {
  await turns();
  let last = worked();
  let latest = 0;
  let ticks = 0;
  let asked = 0;
  let starved = false;
  const tick = (): void => {
    const time = worked();
    latest = Math.max(latest, time - last - INTERVAL);
    last = time;
    ticks++;
  };
  const timer = setInterval(tick, INTERVAL);
  const more = (): boolean => {
    if (++asked % 64 === 0 && worked() - last > STARVED) starved = true;
    return ticks < TICKS && !starved;
  };
  await loop(more);
  clearInterval(timer);
  return starved ? STARVED : latest;
}
