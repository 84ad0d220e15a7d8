/** What an editor offers behind the dot of a channel, as the types of the built package have it. */
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** The names that are offered at the end of a program. */
function offered(program: string): string[] {
  const file = `${root}completion.ts`;
  const { sys, ScriptSnapshot } = ts;
  const textOf = (path: string): string | undefined => (path === file ? program : sys.readFile(path));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot(path) {
      const text = textOf(path);
      return text === undefined ? undefined : ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => ({
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
    }),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || sys.fileExists(path),
    readFile: textOf,
    readDirectory: (path, ...rest) => sys.readDirectory(path, ...rest),
  });
  const completions = service.getCompletionsAtPosition(file, program.length, {});
  return completions?.entries.map(({ name }) => name) ?? [];
}

test.each([
  ['a channel', 'Chan<number>'],
  ['its receiving end', 'ReadChan<number>'],
  ['its sending end', 'WriteChan<number>'],
])('what select alone uses is not offered behind %s', (_, type) => {
  const names = offered(
    `import type { ${type.split('<')[0]} } from './dist/index.js';\ndeclare const ch: ${type};\nch.`,
  );
  expect(names).toContain('join');
  for (const name of ['poll', 'park', 'unpark', 'offer', 'drain', 'queue', 'millrace'])
    expect(names).not.toContain(name);
});

test('a channel of the core offers no operators', () => {
  const names = offered(`import { Chan } from './dist/core.js';\nnew Chan<number>().`);
  expect(names).toContain('getThen');
  for (const name of ['map', 'collect', 'poll']) expect(names).not.toContain(name);
});
