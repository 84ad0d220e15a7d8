/** What the tests run on: for those of which a runtime lacks something. */
const { process, navigator } = globalThis as {
  process?: { readonly versions?: { readonly node?: string } };
  navigator?: { readonly userAgent?: string };
};

function name(): string {
  if ('document' in globalThis) return /Chrom/.test(navigator?.userAgent ?? '') ? 'chromium' : 'a browser';
  if ('Bun' in globalThis) return 'bun';
  if ('Deno' in globalThis) return 'deno';
  return `node${process?.versions?.node?.split('.')[0]}`;
}

export const here: string = name();
