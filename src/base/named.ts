/**
 * The channels that were given a name, for the report of a deadlock.
 *
 * The list holds channels weakly. References to collected channels are removed whenever the list
 * has doubled.
 */

/** The part of a channel that the report needs. */
interface Named {
  stats(): { readonly name: string | undefined; readonly waitingGets: number; readonly waitingPuts: number };
}

const FEW = 64;
let named: WeakRef<Named>[] = [];
let most = FEW;

/** Adds a channel that has a name. */
export function remember(chan: Named): void {
  if (named.length >= most) {
    named = named.filter((ref) => ref.deref() !== undefined);
    most = Math.max(FEW, 2 * named.length);
  }
  named.push(new WeakRef(chan));
}

/** Returns one line for each side of a named channel on which operations wait. */
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
