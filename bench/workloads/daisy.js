const workload = (length, name, times, targets) => ({
  name,
  title: `Daisy chain of ${length.toLocaleString('en')}`,
  what: `${length.toLocaleString('en')} goroutines stand in a row, a channel between each and the next. A number enters at one end; each
adds one and passes it on. The time includes making all of them; the bytes are those of a goroutine that waits, with its
channel.`,
  operation: 'daisy',
  args: [],
  count: length,
  fixed: true,
  times,
  memory: true,
  unit: 'ns a goroutine',
  floor: 'floor',
  expected: (n) => n,
  targets,
});

const targets = [
  { text: 'ahead of every JavaScript peer', against: 'javascript', atMost: 1 },
  { text: 'at most 1.5 times Go', against: 'go', atMost: 1.5 },
];

export const daisy10k = workload(10_000, 'daisy-10k', 10, targets);
export const daisy100k = workload(100_000, 'daisy-100k', 1, targets);
