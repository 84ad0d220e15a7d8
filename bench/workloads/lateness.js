/** How long the loop runs, in ms: a peer that holds timers up holds them up for all of it. */
export const DURATION = 200;

const workload = (work, targets) => ({
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
});

const target = { text: 'under 10 ms', of: 'millrace', atMost: 10, unit: 'ms' };

export const lateness = [workload(0, [target]), workload(50, [target]), workload(500, [target])];
