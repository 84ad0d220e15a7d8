import { expect, test } from 'vitest';
import { PENDING, type Pending } from '../../src/channel/protocol.js';
import type { Waiter } from '../../src/channel/waiters.js';
import type { ChanStats } from '../../src/channel/stats.js';
import { Chan, ReadChan } from '../../src/operators/complete.js';
import { follow, fulfilled, pending, rejected } from '../support/settlement.js';
import { turns } from '../support/turns.js';

/** A channel of a user's own making, that reads another one and doubles its values. */
class Doubled extends ReadChan<number> {
  readonly #source: Chan<number>;
  readonly #waiters = new Set<Waiter<number>>();

  constructor(source: Chan<number>) {
    super();
    this.#source = source;
  }
  /** To be called when there may be something. */
  serve(): void {
    for (const waiter of this.#waiters) {
      const value = this.poll();
      if (value === PENDING) return;
      this.#waiters.delete(waiter);
      waiter.commit(value);
    }
  }
  poll(): number | undefined | Pending {
    const value = this.#source.poll();
    return typeof value === 'number' ? 2 * value : value;
  }
  park(waiter: Waiter<number>): void {
    this.#waiters.add(waiter);
  }
  unpark(waiter: Waiter<number>): void {
    this.#waiters.delete(waiter);
  }
  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
    this.serve();
  }
  get closed(): boolean {
    return this.#source.closed;
  }
  get drained(): boolean {
    return this.#source.drained;
  }
  join(): Promise<void> {
    return this.#source.join();
  }
  stats(): ChanStats {
    return { ...this.#source.stats(), waitingGets: this.#waiters.size };
  }
}

test('a ReadChan of one’s own, with no more than its abstract members, is received from in every form', async () => {
  const source = new Chan<number>(10).add(1, 2, 3, 4, 5, 6);
  const doubled = new Doubled(source);
  const seen: unknown[] = [await doubled.get(), doubled.tryGet()];
  doubled.getThen((value) => seen.push(value));
  await turns();
  seen.push(...(await doubled.collect(1)));
  for await (const value of doubled) {
    seen.push(value);
    if (value === 10) break;
  }
  for await (const value of doubled.consume()) {
    seen.push(value);
    break;
  }
  expect(seen).toEqual([2, 4, 6, 8, 10, 12]);
  expect(source.closed).toBe(true);
});

test('gets of a ReadChan of one’s own wait, and can be given up', async () => {
  const source = new Chan<number>(10);
  const doubled = new Doubled(source);
  const controller = new AbortController();
  const outcome = follow(doubled.get({ signal: controller.signal }), doubled.get());
  await turns();
  expect(outcome()).toEqual([pending, pending]);
  controller.abort('gone');
  source.add(1);
  doubled.serve();
  await turns();
  expect(outcome()).toEqual([rejected('gone'), fulfilled(2)]);
  expect(doubled.stats().waitingGets).toBe(0);
});
