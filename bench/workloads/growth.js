import { buffer1, buffer1024 } from './buffer.js';
import { fan } from './fan.js';
import { rendezvous } from './rendezvous.js';
import { selectReady } from './select-ready.js';
import { selectWaits } from './select-waits.js';

const grown = [rendezvous, buffer1, buffer1024, selectReady[1], selectWaits[1], fan];

export const growth = grown.map((workload) => ({
  ...workload,
  name: `growth-${workload.name}`,
  title: `Growth: ${workload.title[0].toLowerCase()}${workload.title.slice(1)}`,
  what: 'The cost of a value at ten times the work, in one run, over that at a tenth of it.',
  grows: true,
  count: workload.count / 4,
  unit: 'times as dear',
  targets: [{ text: 'flat: at most 1.2', of: 'millrace', atMost: 1.2, unit: 'times' }],
  why: undefined,
}));
