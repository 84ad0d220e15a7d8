import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../src/index.js';
import { turns } from '../support/turns.js';

// A program of its own for each, against what `pretest` built.
const built = new URL('../../dist/index.js', import.meta.url).href;
const isNode = !('Bun' in globalThis || 'Deno' in globalThis);

let directory = '';
let programs = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}

async function program(body: string): Promise<Ended> {
  const script = `
    import { Chan, go, run, scope, select, sleep, timeout } from ${JSON.stringify(built)};
    ${body}`;
  const file = join(directory, `${programs++}.mjs`);
  await writeFile(file, script);
  const args = 'Deno' in globalThis ? ['run', '-A', file] : [file];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 10_000, killSignal: 'SIGKILL' }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

describe.concurrent('a program that calls run', () => {
  test('ends with 0 when main has ended', async () => {
    const ended = await program(`
      await run(async () => { await sleep(1); console.log('main'); });
      console.log('after');
    `);
    expect(ended).toEqual({ code: 0, out: 'main\nafter\n', err: '' });
  });

  test('ends with 1 when main fails, and prints its error', async () => {
    const ended = await program(`
      await run(async () => { throw new RangeError('what failed'); });
      console.log('after');
    `);
    expect(ended).toMatchObject({ code: 1, out: 'after\n' });
    expect(ended.err).toMatch(/RangeError: what failed/);
  });

  // Awaited by the module itself, Bun never comes to the end of the process, and Deno ends it with an error of its own.
  test.each(isNode ? ['await', 'void'] : ['void'])(
    'ends with 2 when all goroutines wait for each other, and says so, with %s',
    async (word) => {
      const ended = await program(`
      ${word} run(async () => {
        const ch = new Chan();
        await scope(async (s) => {
          s.go(() => ch.put(1));
          s.go(() => select([new Chan()]));
        });
      });
    `);
      expect(ended).toMatchObject({ code: 2, out: '' });
      expect(ended.err).toMatch(/^deadlock: all goroutines wait/);
    },
  );

  test('that is deadlocked is told what waits on channels with a name, and on no others', async () => {
    const ended = await program(`
      const jobs = new Chan(0, { name: 'jobs' });
      void run(async () => {
        const [results, done] = [new Chan(1, { name: 'results' }).add(1), new Chan(0, { name: 'done' })];
        void new Chan().get();
        await scope(async (s) => {
          s.go(() => jobs.get());
          s.go(() => select({ jobs, done }));
          s.go(() => results.put(2));
        });
      });
    `);
    expect(ended.err.trim().split('\n')).toEqual([
      'deadlock: all goroutines wait, and nothing is left that could wake one',
      "  2 gets wait on 'jobs'",
      "  1 put waits on 'results'",
      "  1 get waits on 'done'",
    ]);
  });

  test('that is deadlocked without a name anywhere is told to give some', async () => {
    const ended = await program(`void run(() => new Chan().get());`);
    expect(ended.err).toMatch(
      /^deadlock.*\n {2}channels with a name would be listed here: new Chan\(0, \{ name: 'jobs' \}\)\n$/,
    );
  });

  test('is not deadlocked while a timer, a sleep or a timeout can wake it', async () => {
    const ended = await program(`
      await run(async () => {
        await sleep(20);
        await timeout(20).get();
        const ch = new Chan();
        setTimeout(() => ch.tryPut(1), 20);
        console.log(await ch.get());
      });
    `);
    expect(ended).toEqual({ code: 0, out: '1\n', err: '' });
  });

  test('ends at once though a timeout that lost its select is not due', async () => {
    const ended = await program(`
      await run(async () => {
        const ch = new Chan();
        const late = timeout(2 ** 31);
        const selected = select({ ch, late });
        ch.tryPut(1);
        console.log((await selected).key);
      });
    `);
    expect(ended).toEqual({ code: 0, out: 'ch\n', err: '' });
  });

  test('is not ended by a goroutine that waits for ever when main has ended', async () => {
    const ended = await program(`
      await run(async () => { void go(() => new Chan().get()); });
    `);
    expect(ended).toEqual({ code: 0, out: '', err: '' });
  });

  test('ends with 1 and a report when nobody handles the error of a goroutine', async () => {
    const ended = await program(`
      await run(async () => {
        void go(() => { throw new RangeError('unseen'); });
        await sleep(1000);
      });
    `);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/RangeError: unseen/);
  });
});

test('without run a program whose goroutines wait for each other says nothing of it', async () => {
  const ended = await program(`void new Chan().get();`);
  expect(ended).toEqual({ code: 0, out: '', err: '' });
});

describe('run', () => {
  /** Stands in for the process, so that the exit code of the tests' own is left alone. */
  class OtherProcess {
    exitCode: number | undefined = undefined;
    readonly listeners = new Set<() => void>();
    on(_: 'beforeExit', listener: () => void): void {
      this.listeners.add(listener);
    }
    off(_: 'beforeExit', listener: () => void): void {
      this.listeners.delete(listener);
    }
    beforeExit(): void {
      for (const listener of this.listeners) listener();
    }
  }

  function replaced(): { readonly other: OtherProcess; readonly printed: unknown[] } {
    const other = new OtherProcess();
    const printed: unknown[] = [];
    vi.stubGlobal('process', other);
    vi.spyOn(console, 'error').mockImplementation((...args: unknown[]) => void printed.push(...args));
    return { other, printed };
  }

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  test('settles when main has ended, and leaves the exit code and no listener', async () => {
    const { other, printed } = replaced();
    const ended = run(async () => 'ignored');
    expect(other.listeners.size).toBe(1);
    expect(await ended).toBeUndefined();
    expect([other.exitCode, other.listeners.size, printed]).toEqual([undefined, 0, []]);
  });

  test.each([[new Error('failed')], [0], [undefined], [null]])(
    'prints what main throws, %s, makes the exit code 1, and does not reject',
    async (error) => {
      const { other, printed } = replaced();
      expect(await run(() => Promise.reject(error))).toBeUndefined();
      await run(() => {
        throw error;
      });
      expect([other.exitCode, other.listeners.size, printed]).toEqual([1, 0, [error, error]]);
    },
  );

  test('reports a deadlock when the process is about to end before main has', async () => {
    const { other, printed } = replaced();
    let finish!: () => void;
    const ended = run(() => new Promise<void>((resolve) => (finish = resolve)));
    await turns();
    expect(other.exitCode).toBeUndefined();
    other.beforeExit();
    expect(other.exitCode).toBe(2);
    expect(printed).toEqual([expect.stringMatching(/^deadlock/)]);
    finish();
    await ended;
  });

  test('works where there is no process', async () => {
    const { printed } = replaced();
    vi.stubGlobal('process', undefined);
    await run(async () => {});
    await run(() => Promise.reject(new Error('failed')));
    expect(printed).toEqual([new Error('failed')]);
  });

  test.each([[undefined], [null], [5], [{}], [Promise.resolve()]])('of %o throws a TypeError', (bad) => {
    expect(() => run(bad as never)).toThrow(TypeError);
  });
});
