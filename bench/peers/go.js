/** Go's own channels: what it can do is in go/main.go, and runs as a program of its own. */
const inGo = () => {
  throw new Error('this work is done by the program in go/');
};

export default {
  operations: Object.fromEntries(
    'rendezvous buffer drain fan stages daisy map parallel loop selectReady selectWaits dup pub'
      .split(' ')
      .map((name) => [name, inGo]),
  ),
  notes: {
    selectWaits: 'two goroutines, so that some of its selects find a value that waits already',
    drain: 'its put/get loop, which is the fastest it has',
    dup: 'a loop over ten channels',
    pub: 'a loop over a hundred channels',
  },
  cannot: { range: 'it has no operators over channels: see the stages from a goroutine' },
};
