import { sumTo } from '../work.js';

const workload = (cases, ahead) => ({
  name: `select-ready-${cases}`,
  title: `Select, 1 ready of ${cases}`,
  what: `A value is put into one of ${cases} channels with a buffer of 1, each in turn, and a select over all takes it.
The time is that of the put and the select.`,
  operation: 'selectReady',
  ...(cases === 2 && {
    why: `Go compiles a select and needs no promise for its result. Go also locks and unlocks all channels of a select, which
costs more with 8 and with 64 cases.`,
  }),
  args: [cases],
  count: 128_000,
  step: cases,
  unit: 'ns a select',
  floor: 'ring',
  expected: sumTo,
  targets: [
    { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
    ...(ahead ? [{ text: 'ahead of Go', against: 'go', atMost: 1 }] : []),
  ],
});

export const selectReady = [workload(2, false), workload(8, true), workload(64, true)];
