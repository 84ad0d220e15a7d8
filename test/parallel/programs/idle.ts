/** Uses the pool for all, prints what came, and has nothing more to do. */
import { fromRange } from 'millrace';
import { inline } from 'millrace/parallel';

const square = inline((n: number) => n * n);
console.log(await fromRange(4).parallelPipe(2, square).collect());
