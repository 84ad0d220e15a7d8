/** Runs tasks and channels on Web Workers, and writes one line for each into the page. */
import { Chan, fromRange } from 'millrace';
import {
  fromPort,
  inline,
  output,
  ring,
  runInThread,
  toPort,
  transfer,
  useWorker,
  workerPool,
} from 'millrace/parallel';
import { cube, doubles, throws, writes } from './tasks.js';

declare const document: { getElementById(id: string): { textContent: string } };
declare const Worker: new (url: URL, options: { readonly type: 'module' }) => object;

const page = document.getElementById('report');
const report = (...parts: unknown[]): void => void (page.textContent += `${parts.join(' ')}\n`);

const worker = (): object => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const pool = workerPool(2);

async function main(): Promise<void> {
  report('shared memory', typeof SharedArrayBuffer !== 'undefined');

  const square = inline((n: number) => n * n);
  const squares = await fromRange(1000).parallelPipe(2, square).collect();
  report(
    'inline',
    squares.length,
    squares.every((n, at) => n === at * at),
  );

  useWorker(worker);
  const cubes = await fromRange(1000).parallelPipe(2, cube, { pool }).collect();
  report(
    'ordered',
    cubes.length,
    cubes.every((n, at) => n === at ** 3),
  );
  const all = await fromRange(100).parallelPipeUnordered(2, cube, { pool }).collect();
  report('unordered', all.length);

  const failed = await fromRange(5)
    .parallelPipe(2, throws, { pool })
    .collect()
    .catch((error: unknown) => error);
  const { name, message, code, cause, index } = failed as Record<string, unknown>;
  report('error', name, message, code, cause, index);

  const hangs = inline((n: number) => {
    if (n === 1) for (;;);
    return n;
  });
  const kept = fromRange(4).parallelPipe(2, hangs, { pool, taskTimeout: 200, batch: 2, onError: () => -1 });
  report('hang', await kept.collect());

  const bytes = new Uint8Array(8);
  const length = inline((given: Uint8Array) => given.length);
  const input = fromRange(1).map(() => transfer(bytes, [bytes.buffer]));
  report('transfer', await input.parallelPipe(1, length, { pool }).collect(), bytes.length);

  const { port1, port2 } = new MessageChannel();
  const numbers = new Chan<number>();
  toPort(numbers, port1);
  const received = fromPort<number>(port2).collect();
  for (let n = 0; n < 300; n++) await numbers.put(n);
  numbers.close();
  report('port', (await received).length);

  const out = new Chan<number>();
  const run = runInThread(doubles, fromRange(500), output(out));
  report('thread', (await out.collect()).length, await run);

  if (typeof SharedArrayBuffer !== 'undefined') {
    const shared = ring({ capacity: 4 });
    const got = shared.get();
    void runInThread(writes, shared.handle, 42);
    report('ring', await got);
  }
  await pool.dispose();
  report('done', pool.running);
}

await main().catch((error: unknown) => report('failed', (error as Error).stack));
