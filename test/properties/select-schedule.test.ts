import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Chan, promise, select } from '../../src/index.js';
import { type Step, World, actors, chans, kind, kinds } from '../support/select-world.js';
import { turns } from '../support/turns.js';

// Goroutines that put, get, select, close, cancel and abort over a few channels, in every order that the scheduler
// of fast-check thinks of. Whatever the order:
//
// - Conservation: a value whose put said true was got once, is buffered still, or was dropped by its buffer; a value
//   whose put said false, was aborted, or lost its select was never got.
// - Liveness: nobody waits who could run.
// - Order: what one goroutine puts on a channel, one goroutine gets in that order.
// - Nothing is left: what counts as waiting are exactly the operations that have not settled.

/** Runs the goroutines as the scheduler says, until all have ended or wait for each other. */
async function race(world: World, programs: readonly Step[][], s: fc.Scheduler): Promise<void> {
  for (const [who, program] of programs.entries()) {
    void (async () => {
      for (const [i, one] of program.entries()) {
        await s.schedule(Promise.resolve(), `${who}.${i} ${one.kind}`);
        await world.act(one, who);
      }
    })();
  }
  // What completed may be held until the event loop turns.
  do {
    await s.waitIdle();
    await turns(2);
  } while (s.count() > 0);
}

test('in no order of events does a value get lost or doubled, or somebody wait who could run', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(kind, { minLength: chans, maxLength: chans }),
      actors,
      async (s, of, programs) => {
        const world = new World(of);
        await race(world, programs, s);
        world.check();
      },
    ),
    { numRuns: 600 },
  );
});

test('cancelling everything then lets everybody go, and nothing waits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(kind, { minLength: chans, maxLength: chans }),
      actors,
      async (s, of, programs) => {
        const world = new World(of);
        await race(world, programs, s);
        // A goroutine that is let go may begin another operation: those find a cancelled channel.
        for (const ch of world.all) ch.cancel();
        do {
          await s.waitIdle();
          await turns(2);
        } while (s.count() > 0);
        world.check();
        expect(world.operations.filter(({ outcome }) => outcome === 'waits')).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test('selects that each put and get on the same channels pair up, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 9 }), fc.nat(1), async (s, count, second) => {
      const [a, b] = [new Chan<number>(), new Chan<number>()];
      const results: { key: string; value: unknown }[] = [];
      for (let i = 0; i < count; i++) {
        void (async () => {
          await s.schedule(Promise.resolve(), `select ${i}`);
          results.push(await select({ got: a, sent: [a, i], other: second === 1 ? b : undefined }));
        })();
      }
      await s.waitIdle();
      await turns(2);
      expect(results).toHaveLength(count - (count % 2));
      expect(results.filter(({ key }) => key === 'sent')).toHaveLength(results.length / 2);
      expect(new Set(results.filter(({ key }) => key === 'got').map(({ value }) => value)).size).toBe(
        results.length / 2,
      );
      expect(a.stats()).toMatchObject({ waitingGets: count % 2, waitingPuts: count % 2 });
      expect(b.stats().waitingGets).toBe(second * (count % 2));
    }),
    { numRuns: 200 },
  );
});

test('what one goroutine puts arrives in its order, whoever else selects, loses and is aborted meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      kind.filter((one) => !/sliding|dropping/.test(one)),
      async (s, of) => {
        const ch = kinds[of]();
        const [never, controller] = [new Chan<number>(promise()), new AbortController()];
        const got: number[] = [];
        const turn = (label: string): Promise<void> => s.schedule(Promise.resolve(), label);
        const producing = (async () => {
          for (let i = 0; i < 8; i++) {
            await turn(`put ${i}`);
            await (i % 2 === 0 ? ch.put(i) : select({ sent: [ch, i], never }));
          }
          ch.close();
        })();
        const disturbing = (async () => {
          for (let i = 0; i < 3; i++) {
            await turn('disturb');
            const own = new AbortController();
            const lost = select({ stop: controller.signal, never }, { signal: own.signal }).catch(
              () => undefined,
            );
            await turn('abort');
            own.abort();
            await lost;
          }
        })();
        const consuming = (async () => {
          for (;;) {
            await turn('get');
            const { value } = await select({ ch, never, stop: controller.signal }, { priority: true });
            if (value === undefined) break;
            got.push(value as number);
          }
        })();
        do {
          await s.waitIdle();
          await turns(2);
        } while (s.count() > 0);
        await Promise.all([producing, disturbing, consuming]);
        expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        expect(never.stats().waitingGets).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});
