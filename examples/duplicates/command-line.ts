/** What the user asked for. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { escaped } from './path.js';

export type Command =
  | { readonly kind: 'search'; readonly directory: string; readonly all: boolean }
  | { readonly kind: 'compare'; readonly directory: string }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'mistake'; readonly text: string };

const HELP = `\
Usage: npm start [-- --all | --compare] [directory]

Finds files of the same contents and tells how much room they waste.
Without a directory, looks into the node_modules of this project.

  --all       list every group, every copy and every file that
              could not be read, not just the first few
  --compare   read everything several times, on one thread and
              on several, and tell how long that took
  -h, --help  show this

Contents are hashed on several threads when that is faster.
Symbolic links are not followed, hard links and empty files waste
nothing. Ctrl-C ends the search with what was found so far.

Exit codes:
  0    done, also if some files could not be read
  1    the directory cannot be read
  2    a mistake on the command line
  130  ended by Ctrl-C
`;

export function parse(args: string[]): Command {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        all: { type: 'boolean' },
        compare: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // The first sentence says what is wrong, the others how such things are written.
    return mistake(String((error as Error).message.split(/\. /)[0]));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help', text: HELP };
  if (positionals.length > 1) return mistake('Expected one directory only');
  const directory = positionals[0] ?? ownModules();
  if (values.compare !== true) return { kind: 'search', directory, all: values.all === true };
  return values.all ? mistake('--all and --compare do not go together') : { kind: 'compare', directory };
}

function mistake(text: string): Command {
  return { kind: 'mistake', text: `${escaped(text)} (--help tells what there is)` };
}

/** This program runs from .build/examples/duplicates. */
function ownModules(): string {
  return relative(process.cwd(), fileURLToPath(new URL('../../../node_modules', import.meta.url)));
}
