/**
 * The aggregator's books.
 *
 * - Only the goroutine that aggregates writes to them, so there is nothing to lock.
 * - A hard link to a file that is already here takes no room of its own: it is no copy.
 * - Empty files take no room at all: they are counted, and otherwise left out.
 */
import type { Failed, Hashed, Outcome } from './outcome.js';
import type { Path } from './path.js';

/** Files of the same contents. */
export interface Group {
  /** Of each file, in bytes. */
  readonly size: number;
  /** One path for every copy on the disk. */
  readonly copies: Path[];
  /** The copies that have other names too. */
  readonly inodes: string[];
}

/** What could be saved by keeping one copy only, in bytes. */
export function wasted({ size, copies }: Group): number {
  return size * (copies.length - 1);
}

function nameOf({ copies }: Group): string {
  return copies[0] ?? '';
}

export class Tally {
  files = 0;
  /** Read in all. */
  bytes = 0;
  empty = 0;
  /** Further names of files that were counted under their first. */
  links = 0;
  /** Where contents were hashed, in words; '' if nobody says. */
  hashed = '';
  readonly failures: Failed[] = [];
  private readonly groups = new Map<string, Group>();

  add(outcome: Outcome): void {
    if (outcome.kind === 'failed') this.failures.push(outcome);
    else this.addFile(outcome);
  }

  /** The groups of two copies and more, the most wasteful first. */
  duplicates(): Group[] {
    const groups = [...this.groups.values()].filter((group) => group.copies.length > 1);
    // Readers finish in any order: the same tree shall give the same table.
    for (const group of groups) group.copies.sort();
    groups.sort((a, b) => wasted(b) - wasted(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
    return groups;
  }

  private addFile({ path, size, digest, inode }: Hashed): void {
    this.files++;
    this.bytes += size;
    if (size === 0) {
      this.empty++;
      return;
    }
    let group = this.groups.get(digest);
    if (group === undefined) this.groups.set(digest, (group = { size, copies: [], inodes: [] }));
    if (inode !== undefined) {
      if (group.inodes.includes(inode)) {
        this.links++;
        return;
      }
      group.inodes.push(inode);
    }
    group.copies.push(path);
  }
}
