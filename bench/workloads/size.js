export const size = {
  name: 'size',
  title: 'Size in an application',
  what: `What an application that imports it grows by, bundled and minified by esbuild and gzipped. Each peer by what it
takes for channels and select, or for what comes nearest to that.`,
  operation: 'size',
  args: [],
  count: 1,
  why: `The smallest libraries do one thing: most have no select, no operators and no way to abort. The operators of millrace are
methods, so a bundler cannot leave out those that are not used. @thi.ng/csp and medium have channels and select at a fraction
of the size, without operators, errors, aborting and fairness.`,
  unit: 'kB',
  targets: [
    { text: '`Chan` and `select`, with all operators, at most 9 kB', of: 'millrace', atMost: 9, unit: 'kB' },
    { text: 'the whole core at most 14 kB', of: 'millrace, all of it', atMost: 14, unit: 'kB' },
  ],
};
