/** At one length the collector may come always at the same moment of a chain's life: a library is then up to three times faster or slower. */
const aside = (spread) =>
  spread === 0
    ? ''
    : ` Ten chains, from ${100 * spread} % shorter to as much longer, in turn, so that garbage is not always collected at the same point.`;

const workload = (length, name, times, spread, targets) => ({
  name,
  title: `Daisy chain of ${length.toLocaleString('en')}`,
  what: `${length.toLocaleString('en')} goroutines stand in a row, a channel between each and the next. A number enters at one end; each
adds one and passes it on.${aside(spread)} The time includes making all of them; the bytes are those of a goroutine that waits, with its
channel.`,
  operation: 'daisy',
  args: [],
  count: length,
  fixed: true,
  times,
  spread,
  memory: true,
  unit: 'ns a goroutine',
  floor: 'floor',
  expected: (n) => n,
  targets,
  why: `A chain of 10,000 fits into the young generation of V8, and a chain of 100,000 does not. The cost of a chain depends on
how often garbage is collected while everything is still in use, so the ranges are wide. An async function that waits takes
less than a kilobyte of heap with its channel, and a goroutine of Go takes a stack of two kilobytes. The floor is a chain of
promises, which does nothing but hand over.`,
});

const targets = [
  { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
  { text: 'at most 1.5 times Go', against: 'go', atMost: 1.5 },
];

export const daisy10k = workload(10_000, 'daisy-10k', 10, 0.2, targets);
export const daisy100k = workload(100_000, 'daisy-100k', 1, 0, targets);
