import { sumTo } from '../work.js';

export const gate = {
  name: 'gate',
  title: 'What fairness costs',
  what: `The rendezvous and nothing else, with and without the gate that lets the event loop turn. (Without it: a build in
which every operation is let through.)`,
  operation: 'rendezvous',
  args: [],
  count: 300_000,
  unit: 'ns a value',
  floor: 'millrace-ungated',
  only: ['millrace', 'millrace-ungated'],
  expected: sumTo,
  targets: [{ text: 'the gate costs under 10 %', against: 'millrace-ungated', atMost: 1.1 }],
};
