/** Behaviours that CSP systems hold themselves to: a test of ours for each, and what the others do. */
import { test } from 'vitest';

/** What the other systems do where we do what the behaviour's name says, and a remark on ours where there is one. */
export interface Systems {
  readonly millrace?: string;
  readonly Go: string;
  readonly 'core.async': string;
  readonly aiochan: string;
}

export interface Behaviour extends Systems {
  readonly topic: string;
  readonly name: string;
}

// Under a name of its own: what is passed on here is checked where it is written.
const declare: (name: string, body: () => Promise<void> | void) => void = test;

/** Where behaviours go while a page of them is written: nothing is tested then. */
let page: Behaviour[] | undefined;

/** Declares behaviours of one topic. Each is a test, and a row of docs/conformance.md. */
export function about(
  topic: string,
): (name: string, systems: Systems, body: () => Promise<void> | void) => void {
  return (name, systems, body) => {
    if (page === undefined) declare(name, body);
    else page.push({ topic, name, ...systems });
  };
}

/** The behaviours that the modules declare which `load` imports, in that order. None of them is tested. */
export async function collect(load: () => Promise<void>): Promise<readonly Behaviour[]> {
  const all: Behaviour[] = [];
  page = all;
  try {
    await load();
  } finally {
    page = undefined;
  }
  return all;
}
