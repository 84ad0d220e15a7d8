/** What is shown while the search runs: a bar on a terminal, else a line now and then. */
import progress from 'cli-progress';
import { count, humanSize } from './quantity.js';
import type { Tally } from './tally.js';

export interface Progress {
  /** How often to call `show`, in milliseconds. */
  readonly interval: number;
  /** Whether `show` makes use of `total`. */
  readonly needsTotal: boolean;
  /**
   * @param total - how many files there are;
   * @param final - or at least: more are still being found.
   */
  show(tally: Tally, total: number, final: boolean): void;
  /** Takes down what is on the screen. */
  stop(): void;
}

export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? createBar(stream) : createLines(stream);
}

const WIDEST_BAR = 40;
const NARROWEST_BAR = 5;

function createBar(stream: NodeJS.WriteStream): Progress {
  const bar = new progress.SingleBar({
    stream,
    clearOnComplete: true,
    emptyOnZero: true,
    // Lines are kept shorter than the terminal, whose settings can then stay as they are.
    linewrap: null,
    format: (_options, params, payload: { text: string }) => {
      const room = Math.min(params.maxWidth - payload.text.length - 4, WIDEST_BAR);
      if (room < NARROWEST_BAR) return payload.text.slice(0, params.maxWidth - 1);
      const full = Math.round(params.progress * room);
      return `[${'='.repeat(full)}${' '.repeat(room - full)}] ${payload.text}`;
    },
  });
  bar.start(0, 0, { text: 'looking …' });
  return {
    interval: 100,
    needsTotal: true,
    show({ files, failures, bytes }, total, final) {
      const done = files + failures.length;
      bar.setTotal(Math.max(total, done));
      const of = count(total) + (final ? ' ' : '+');
      bar.update(done, {
        text: `${count(done).padStart(of.length - 1)}/${of} ${humanSize(bytes).padStart(8)}`,
      });
    },
    stop: () => bar.stop(),
  };
}

function createLines(stream: NodeJS.WriteStream): Progress {
  return {
    interval: 1000,
    needsTotal: false,
    show: ({ files, bytes }) => stream.write(`${count(files)} files read, ${humanSize(bytes)}\n`),
    stop: () => {},
  };
}
