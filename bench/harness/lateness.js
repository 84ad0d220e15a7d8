/** How late the worst timer is while a loop runs. */
import { busy } from '../work.js';

const nothing = () => {};

/** @param {(isOpen: () => boolean, work: () => void) => Promise<number>} loop - returns how many values it handled */
export async function lateness(loop, duration, microseconds) {
  let worst = 0;
  let due = performance.now() + 1;
  const tick = () => {
    worst = Math.max(worst, performance.now() - due);
    due = performance.now() + 1;
    timer = setTimeout(tick, 1);
  };
  let timer = setTimeout(tick, 1);
  const start = performance.now();
  const isOpen = () => performance.now() - start < duration;
  const values = await loop(isOpen, microseconds === 0 ? nothing : () => busy(microseconds));
  // A timer that was held up to the very end was late all that time.
  worst = Math.max(worst, performance.now() - due);
  clearTimeout(timer);
  if (!(values > 0)) throw new Error('the loop handled no values');
  const ms = performance.now() - start;
  return { value: worst, ms, values };
}
