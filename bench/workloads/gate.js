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
  why: `An operation that completes without waiting counts down a number; the clock is read now and then.`,
  targets: [{ text: 'the gate costs under 10 %', against: 'millrace-ungated', atMost: 1.1 }],
};
