import { sumTo } from '../work.js';

const workload = (cases, targets, why) => ({
  name: `select-waits-${cases}`,
  title: `Select that waits, of ${cases}`,
  what: `A select over ${cases} channels without a buffer is begun, and has to wait; then a value is put into one of them, each
in turn. The time is that of the select and the put.`,
  operation: 'selectWaits',
  args: [cases],
  count: 128_000,
  step: cases,
  unit: 'ns a select',
  floor: 'ring',
  expected: sumTo,
  targets,
  why,
});

export const selectWaits = [
  workload(
    2,
    [],
    `A select that waits is queued in every channel, and is removed from all of them when one is ready. Go does the same, but
needs no promise to wait with.`,
  ),
  workload(
    8,
    [{ text: 'ahead of Go', against: 'go', atMost: 1 }],
    `Go needs no promise to wait with, but that weighs less with more cases. Go locks all channels of a select in the order of
their addresses, which costs more with each case.`,
  ),
  workload(64, [
    {
      text: 'cost at most linear in the cases: 64 at most 8 times as dear as 8',
      against: { workload: 'select-waits-8', peer: 'millrace' },
      atMost: 8,
    },
  ]),
];
