// What the compiler says of a mistake, and an editor of a result, as users read it.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = `${root}test/types/program.ts`;

const mistakes: [name: string, code: string, says: string[]][] = [
  [
    'a put of the wrong type in a select names what the channel takes',
    `void select({ sent: [numbers, 'x'] });`,
    ["Type 'string' is not assignable to type 'TheChannelTakes<number>'"],
  ],
  [
    'so does one in a list',
    `void select([[numbers, 'x']]);`,
    ["Type 'string' is not assignable to type 'TheChannelTakes<number>'"],
  ],
  [
    'a put of undefined in a select says what to do',
    `void select({ sent: [numbers, undefined] });`,
    ['undefined cannot be put, it means the end: close the channel, or put null'],
  ],
  [
    'from of a list with undefined says what to do',
    `from([1, undefined]);`,
    ['undefined is no value, it means the end: filter it out first'],
  ],
  [
    'so does from of what is asynchronous',
    `from((async function* () { yield maybe; })());`,
    ['undefined is no value, it means the end: filter it out first'],
  ],
  [
    'from of anything else says what it takes',
    `from(5);`,
    ['from takes an iterable, an async iterable, a stream or a promise'],
  ],
  [
    'generic code that may put undefined is told that a value is wanted',
    `export function loose<T>(ch: Chan<T>, value: T): void { void ch.put(value); }`,
    ["Argument of type 'T' is not assignable to parameter of type 'T & Value'"],
  ],
  [
    'a channel of nothing is refused',
    `new Chan<void>();`,
    ["Type 'void' does not satisfy the constraint 'Value'"],
  ],
  [
    'so is one of values that may be undefined',
    `new Chan<string | undefined>(3);`,
    ["Type 'string | undefined' does not satisfy the constraint 'Value'"],
  ],
  [
    'so is one of the core',
    `new core.Chan<void>();`,
    ["Type 'void' does not satisfy the constraint 'Value'"],
  ],
  [
    'so is one of a scope',
    `void scope((s) => { s.chan<void>(); });`,
    ["Type 'void' does not satisfy the constraint 'Value'"],
  ],
  [
    'generic code that makes a channel is told that a value is wanted',
    `export function made<T>(): Chan<T> { return new Chan<T>(); }`,
    ["Type 'T' does not satisfy the constraint 'Value'"],
  ],
  [
    'a channel of anything, of null, of no named type and of a buffer is right',
    `void [new Chan<Value>(), new Chan<null>(), new Chan(), new Chan(sliding(3)), new core.Chan(sliding<number>(3))];`,
    [],
  ],
  ['a subclass over values is right', `export class Mine<T extends Value> extends Chan<T> {}`, []],
  [
    'generic code over values is right',
    `export function strict<T extends Value>(ch: Chan<T>, value: T): ReadChan<T> { void ch.put(value); return from([value]); }`,
    [],
  ],
];

const head = `import { Chan, type ReadChan, type Value, type WriteChan, from, scope, select, sliding } from '../../src/index.js';
import * as core from '../../src/core.js';
declare const numbers: Chan<number>; declare const out: WriteChan<string>; declare const maybe: string | undefined;
void [numbers, out, maybe, Chan, from, scope, select, sliding, core]; export type Used = ReadChan<Value>;
`;
const hovered = `const result = await select({ numbers, sent: [out, 'x'] }); void result;`;
const text = `${head}${hovered}\n${mistakes.map(([, code]) => code).join('\n')}\n`;

let service: ts.LanguageService;
let said: ts.Diagnostic[];

beforeAll(() => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const source = path === file ? text : ts.sys.readFile(path);
      return source === undefined ? undefined : ts.ScriptSnapshot.fromString(source);
    },
    getCurrentDirectory: () => root,
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
  });
  said = service.getSemanticDiagnostics(file);
}, 120_000);

/** What was said of the mistake of that number: each is a line of its own. */
const about = (mistake: number): string[] => {
  const line = text.slice(0, text.indexOf(hovered)).split('\n').length + mistake;
  return said
    .filter(({ start = 0 }) => text.slice(0, start).split('\n').length - 1 === line)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
};

describe('the compiler', () => {
  test.each(mistakes.map(([name, , says], i) => [name, i, says] as const))('%s', (_, i, says) => {
    const messages = about(i);
    expect(messages).toEqual(says.map((words) => expect.stringContaining(words) as unknown));
    for (const message of messages) expect(message).not.toMatch(/type 'never'/);
  });
});

test('an editor shows the result of a select as a union, spelled out', () => {
  const shown = service.getQuickInfoAtPosition(file, text.indexOf('result'))?.displayParts;
  expect(ts.displayPartsToString(shown).replaceAll(/\s+/g, ' ')).toBe(
    'const result: { readonly key: "numbers"; readonly value: number | undefined; } | { readonly key: "sent"; readonly value: boolean; }',
  );
});
