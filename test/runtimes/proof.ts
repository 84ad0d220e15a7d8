/** Before every test file: that it runs where it is said to. A runner of tests may well start its workers with another program. */
import { inject } from 'vitest';

const { process, navigator } = globalThis as {
  process?: { readonly versions?: { readonly node?: string } };
  navigator?: { readonly userAgent?: string };
};

function here(): string {
  if ('document' in globalThis) return /Chrom/.test(navigator?.userAgent ?? '') ? 'chromium' : 'a browser';
  if ('Bun' in globalThis) return 'bun';
  if ('Deno' in globalThis) return 'deno';
  return `node${process?.versions?.node?.split('.')[0]}`;
}

const runtime = inject('runtime');
if (here() !== runtime) throw new Error(`Tests for ${runtime} run on ${here()}`);
