import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/code-blocks.js';

// What the reference says of every public name, as typedoc has understood it. That names and properties are described at all, that
// every @param is one, and that links lead somewhere, `npm run docs` sees; that examples run, readme.test.ts.

const file = join(root, 'docs/api/reference.json');
const newest = Math.max(
  ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map(
    (path) => statSync(join(root, 'src', path)).mtimeMs,
  ),
);
const missing = !existsSync(file)
  ? 'the guide is not built: npm run docs'
  : statSync(file).mtimeMs < newest
    ? 'the sources have changed since the guide was built: npm run docs'
    : undefined;

interface Comment {
  readonly summary: readonly { readonly text: string }[];
  readonly blockTags?: readonly {
    readonly tag: string;
    readonly content: readonly { readonly text: string }[];
  }[];
}
interface Reflection {
  readonly name: string;
  readonly kind: number;
  readonly comment?: Comment;
  readonly children?: readonly Reflection[];
  readonly signatures?: readonly Reflection[];
  readonly parameters?: readonly Reflection[];
  readonly inheritedFrom?: { readonly name: string };
}

/** Kinds of typedoc's. */
const FUNCTION = 64;
const CLASS = 128;
const CONSTRUCTOR = 512;

/**
 * What users implement, and what calls it is the library; and what only that calls of a channel. An example of a whole one stands
 * with the container, or with what takes it.
 */
const IMPLEMENTED = new Set([
  'Observer',
  'Batch',
  'Executor',
  'PortLike',
  'PiscinaLike',
  'StreamLike',
  'Waiter',
  'Selectable',
  'ChanBuffer',
  'Runner',
]);
const PLUMBING = new Set(['poll', 'offer', 'park', 'unpark']);

const tagsOf = (one: Reflection, tag: string): string[] =>
  [one, ...(one.signatures ?? [])].flatMap(({ comment }) =>
    (comment?.blockTags ?? [])
      .filter((block) => block.tag === tag)
      .map(({ content }) => content.map(({ text }) => text).join('')),
  );
const isElsewhere = (from: string | undefined): boolean =>
  from !== undefined && /^(ReadChan|Error|Promise|TaskExecutor|Executor|AsyncPipeOptions)\b/.test(from);
const isDescribed = ({ comment }: Reflection): boolean =>
  comment !== undefined && comment.summary.some(({ text }) => text.trim() !== '');

describe.skipIf(missing !== undefined)(
  `the reference${missing === undefined ? '' : `, skipped: ${missing}`}`,
  () => {
    const project = JSON.parse(missing === undefined ? readFileSync(file, 'utf8') : '{}') as Reflection;
    const modules = project.children ?? [];
    const names = modules.flatMap((module) =>
      (module.children ?? []).map((one) => ({ of: `${module.name}: ${one.name}`, module, one })),
    );
    const members = names.flatMap(({ of, module, one }) =>
      (one.children ?? [])
        // What comes from a class that is not exported belongs to the first that is.
        .filter(
          ({ inheritedFrom, signatures }) => signatures !== undefined && !isElsewhere(inheritedFrom?.name),
        )
        .map((member) => ({ of: `${of}.${member.name}`, module, container: one, one: member })),
    );

    test('has all that can be imported', () => {
      expect(modules.map(({ name }) => name)).toEqual([
        'millrace',
        'millrace/core',
        'millrace/inspect',
        'millrace/parallel',
        'millrace/parallel/piscina',
      ]);
      expect(names.length).toBeGreaterThan(100);
    });

    test('describes every parameter', () => {
      const silent = [...names, ...members].flatMap(({ of, one }) =>
        (one.signatures ?? []).flatMap(({ parameters = [] }) =>
          parameters.filter((parameter) => !isDescribed(parameter)).map(({ name }) => `${of}(${name})`),
        ),
      );
      expect(silent).toEqual([]);
    });

    test('has an example of every function and every class', () => {
      const silent = names.filter(
        ({ one }) => (one.kind === FUNCTION || one.kind === CLASS) && tagsOf(one, '@example').length === 0,
      );
      expect(silent.map(({ of }) => of)).toEqual([]);
    });

    test('has an example of every method: its own, or in another that calls it', () => {
      const examples = [...names, ...members].flatMap(({ one }) => tagsOf(one, '@example')).join('\n');
      const isCalled = (name: string): boolean => new RegExp(`\\.${name}(<[^()]*>)?\\(`).test(examples);
      const silent = members.filter(({ one, container }) => {
        if (IMPLEMENTED.has(container.name) || PLUMBING.has(one.name) || one.kind === CONSTRUCTOR)
          return false;
        if (one.name.startsWith('[')) return false; // They are called by `for await`, `using` …
        return tagsOf(one, '@example').length === 0 && !isCalled(one.name);
      });
      expect(silent.map(({ of }) => of)).toEqual([]);
    });
  },
);
