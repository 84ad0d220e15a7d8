/** How long the loop runs, in ms: a peer that holds timers up holds them up for all of it. */
export const DURATION = 200;

const WHY = `millrace lets the event loop turn after some milliseconds of work, so timers are late by that much. The workload "What
fairness costs" shows the price. js-csp, ts-chan and core-async go through the event loop for nearly every value: no timer is
late, and a value costs ten times as much or more, as the rendezvous shows. Go interrupts goroutines. Effect gives way after a
number of steps, however long they take. All others hold timers up for as long as the loop runs.`;

const workload = (work, targets, why) => ({
  name: `lateness-${work}`,
  title: work === 0 ? 'Timer lateness, tight loop' : `Timer lateness, ${work} µs of work a value`,
  what: `For ${DURATION} ms a goroutine puts values into a channel with a buffer of 16 as fast as it can and another takes
them${work === 0 ? '' : `, working for ${work} µs each`}. A timer of 1 ms is set again and again: how late was the worst?`,
  operation: 'loop',
  args: [work],
  count: DURATION,
  unit: 'ms late',
  floor: 'floor',
  targets,
  why,
});

const target = { text: 'under 10 ms', of: 'millrace', atMost: 10, unit: 'ms' };

export const lateness = [
  workload(0, [target], WHY),
  workload(50, [target], WHY),
  workload(500, [target], WHY),
];
