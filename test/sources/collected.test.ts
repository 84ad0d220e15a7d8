import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// In a process of its own, which can collect when it likes. What is named in `dropped` is made, read from, and forgotten; what is in
// `kept` is waited for by something, or has ended.
const PROGRAM = `
  import { Chan, from, fromIter, merge, sleep } from 'millrace';

  const log = [];
  function* iterator(name) {
    try { for (let n = 0; ; n++) yield n; } finally { log.push(name); }
  }
  async function* asyncIterator(name, wait) {
    try { for (let n = 0; ; n++) { await wait; yield n; } } finally { log.push(name); }
  }
  const stream = (name) => new ReadableStream({ pull: (c) => c.enqueue(1), cancel: () => void log.push(name) });

  async function drop() {
    await fromIter(iterator('iterator')).get();
    await from(asyncIterator('async iterator')).get();
    await from(stream('stream')).map((n) => n).filter(() => true).get();
    await merge(from(asyncIterator('merged')), new Chan()).asyncPipe(1, (n) => n).collect(1);
    const unsettled = from(asyncIterator('a step under way', sleep(300)));
    await unsettled.get({ signal: AbortSignal.timeout(1) }).catch(() => {});
  }

  let arrived = 0;
  async function wait() {
    // Only what it waits for leads to this one.
    await from(asyncIterator('waited for', sleep(100))).map((n) => n).take(2).forEach(() => arrived++);
  }

  const kept = from(asyncIterator('kept'));
  await kept.get();
  const ended = [];
  await from((async function* () { yield 1; ended.push('ended'); })()).collect();
  const waiting = wait();
  await drop();
  for (let round = 0; round < 40; round++) {
    gc();
    await sleep(10);
    new Array(1000).fill(round);
  }
  await waiting;
  console.log(JSON.stringify({ log: log.sort(), arrived, kept: kept.closed, next: await kept.get() }));
`;

test('a source that nobody can reach any more is released when it is collected, and no other', async () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', PROGRAM];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  expect(stderr).toBe('');
  const { log, ...rest } = JSON.parse(stdout) as { log: string[] };
  expect(rest).toEqual({ arrived: 2, kept: false, next: 1 });
  // take(2) has ended by itself, and so the iterator above it goes too when it is collected.
  expect(log.filter((name) => name !== 'waited for')).toEqual([
    'a step under way',
    'async iterator',
    'iterator',
    'merged',
    'stream',
  ]);
});
