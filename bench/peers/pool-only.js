/** Why a pool of worker threads takes no part in the rest. */
export const poolOnly = Object.fromEntries(
  'rendezvous buffer drain fan range stages daisy map loop selectReady selectWaits dup pub'
    .split(' ')
    .map((name) => [name, 'it is a pool of worker threads and nothing else']),
);
