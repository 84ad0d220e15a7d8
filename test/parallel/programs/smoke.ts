/**
 * What Node, Bun and Deno must do alike: order, no order, errors, hanging up, channels to another thread, a shared ring. Prints
 * one line for each.
 */
import { Chan, fromRange } from 'millrace';
import { inline, output, ring, runInThread, toIterable, transfer, workerPool } from 'millrace/parallel';
import { doubles, gives } from '../tasks/threads.js';
import { writes } from '../tasks/rings.js';
import { square, throws } from '../tasks/jobs.js';

const pool = workerPool(2);

async function message(promise: Promise<unknown>): Promise<string> {
  try {
    return String(await promise);
  } catch (error) {
    const { name, message: text, index, code, cause } = error as Record<string, unknown>;
    return [name, text, index, code, (cause as Error | undefined)?.message].join(', ');
  }
}

const ordered = await fromRange(1000).parallelPipe(2, square, { pool }).collect();
console.log(
  'ordered',
  ordered.length,
  ordered.every((n, at) => n === at * at),
);

const unordered = await fromRange(1000).parallelPipeUnordered(2, square, { pool }).collect();
console.log(
  'unordered',
  unordered.length,
  unordered.reduce((sum, n) => sum + n, 0),
);

const failing = fromRange(3).map((n) => (n === 2 ? 'an error of a class of its own' : 'fine'));
console.log('error', await message(failing.parallelPipe(2, throws, { pool }).collect()));

const outer = 1;
const closure = inline((n: number) => n + outer);
console.log(
  'closure',
  (await message(fromRange(1).parallelPipe(1, closure, { pool }).collect())).slice(0, 60),
);

const exits = inline((n: number) => (n === 5 ? process.exit(3) : n));
const died = await message(fromRange(9).parallelPipe(1, exits, { pool, batch: 3 }).collect());
console.log('exit', /^WorkerError, The worker .* while it ran value 5/.test(died));

const hangs = inline((n: number) => {
  if (n === 1) for (;;);
  return n;
});
const hung = await message(fromRange(3).parallelPipe(1, hangs, { pool, taskTimeout: 100 }).collect());
console.log('hang', hung.startsWith('WorkerError, The worker was ended after 100 ms while it ran value 1'));

const left = fromRange().parallelPipe(2, square, { pool });
await left.collect(3);
left.cancel();
console.log(
  'hung up',
  await left.get(),
  (await fromRange(2).parallelPipe(2, square, { pool }).collect()).length,
);

const bytes = new Uint8Array([1, 2, 3]);
const length = inline((all: Uint8Array) => all.length);
const input = fromRange(1).map(() => transfer(bytes, [bytes.buffer]));
console.log('transfer', await input.parallelPipe(1, length, { pool }).collect(), bytes.length);

const out = new Chan<number>();
const run = runInThread(doubles, fromRange(500), output(out));
const doubled = await out.collect();
console.log('thread', doubled.length, doubled.at(-1), await run);

const numbers = ring({ capacity: 16 });
const writing = runInThread(writes, numbers.handle, 1000, 'blocking');
let sum = 0;
for await (const n of numbers) sum += n;
await writing;
console.log('ring', sum);

let total = 0;
for (const n of toIterable(gives, 100, 'ends')) total += n;
console.log('iterable', total);

await pool.dispose();
console.log('disposed', pool.running);
