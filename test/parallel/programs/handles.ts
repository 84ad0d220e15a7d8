/** Hears of a coroutine's error from its output, and never asks for its promise. */
import { Chan, type WriteChan } from 'millrace';
import { inline, output, runInThread } from 'millrace/parallel';

const fails = inline(async (how: string, out: WriteChan<number>) => {
  await out.put(1);
  if (how === 'exits') process.exit(3);
  throw new RangeError('odd');
});
for (const how of ['throws', 'exits']) {
  const results = new Chan<number>();
  const done = runInThread(fails, how, output(results));
  try {
    for await (const n of results) console.log(n);
    await done;
  } catch (error) {
    console.log((error as Error).name);
  }
}
// One that nobody else is told of is still an unhandled rejection.
process.on('unhandledRejection', (error) => console.log(`unhandled ${(error as Error).message}`));
const closed = new Chan<number>();
closed.close();
void runInThread(fails, 'throws', output(closed));
