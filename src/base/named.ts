/**
 * The channels that were given a name, for the report of a deadlock.
 *
 * They are held weakly. References to those that are gone are swept out whenever their number has doubled.
 */

/** A channel, as far as the report needs it. */
interface Named {
  stats(): { readonly name: string | undefined; readonly waitingGets: number; readonly waitingPuts: number };
}

const FEW = 64;
let named: WeakRef<Named>[] = [];
let most = FEW;

/** Remembers a channel that has a name. */
export function remember(chan: Named): void {
  if (named.length >= most) {
    named = named.filter((ref) => ref.deref() !== undefined);
    most = Math.max(FEW, 2 * named.length);
  }
  named.push(new WeakRef(chan));
}

/** A line for each side of a channel with a name where operations wait. */
export function waits(): string[] {
  const lines: string[] = [];
  for (const ref of named) {
    const { name, waitingGets = 0, waitingPuts = 0 } = ref.deref()?.stats() ?? {};
    if (waitingGets > 0)
      lines.push(`${waitingGets} ${waitingGets === 1 ? 'get waits' : 'gets wait'} on '${name}'`);
    if (waitingPuts > 0)
      lines.push(`${waitingPuts} ${waitingPuts === 1 ? 'put waits' : 'puts wait'} on '${name}'`);
  }
  return lines;
}
