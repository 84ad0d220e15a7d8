import { immediate, turns } from './turns.js';

/** More steps than any loop here needs, by far. */
const MOST = 2_000_000;

/** Whether a timer and an immediate set before `loop` ran while it did; `more` says whether to go on. */
export async function breathes(loop: (more: () => boolean) => Promise<void>): Promise<boolean> {
  await turns();
  let timer = false;
  let turned = false;
  setTimeout(() => (timer = true), 1);
  immediate(() => (turned = true));
  let steps = 0;
  await loop(() => !(timer && turned) && ++steps < MOST);
  return steps < MOST;
}

/** A loop of callbacks: `step` is to call `next` once. */
export function callbacks(step: (next: () => void) => void): (more: () => boolean) => Promise<void> {
  return (more) =>
    new Promise((resolve) => {
      const next = (): void => (more() ? step(next) : resolve());
      next();
    });
}
