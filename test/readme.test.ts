import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Block, blocksOf, problemsOf, root, typeErrors, withImports } from './support/code-blocks.js';

async function examplesOf(path: string): Promise<Block[]> {
  const source = await readFile(join(root, 'src', path), 'utf8');
  // The text of its comments, every line where it was.
  const text = source.replace(/^(?![ \t]*\*).*$/gm, '').replace(/^[ \t]*\*\/?[ ]?/gm, '');
  return blocksOf(text, `src/${path}`).map(withImports);
}

const readme = blocksOf(await readFile(join(root, 'README.md'), 'utf8'), 'README.md');
const paths = await readdir(join(root, 'src'), { recursive: true });
paths.sort();
const sources = paths.filter((path) => path.endsWith('.ts'));
const examples = (await Promise.all(sources.map(examplesOf))).flat();

<<<<<<< HEAD
=======
/** The complaints of the compiler, all blocks at once: block by block would take a second each. */
function typeErrors(blocks: readonly Block[]): string[] {
  const file = (block: Block): string => join(root, 'test', `${block.name.replace(/\W/g, '-')}.ts`);
  const codes = new Map(blocks.map((block) => [file(block), `${block.code}\nexport {};\n`]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => codes.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => codes.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...codes.keys()], options, host);
  return blocks.flatMap((block) => {
    const source = program.getSourceFile(file(block));
    return ts.getPreEmitDiagnostics(program, source).map(({ messageText, start = 0 }) => {
      const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${block.name}, line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}

interface Expectation {
  readonly what: string;
  readonly value: unknown;
}

const LITERAL = /^(prints )?(undefined|null|true|false|-?\d[\d_.]*|'[^']*'|\[.*\]|\{.*\})(?=$|[:;,.] )/;

/** The code with a call of `__value` for every value that a comment promises, and what was promised. */
function instrumented(code: string): { code: string; values: Expectation[]; prints: Expectation[] } {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022, true);
  const values: Expectation[] = [];
  const prints: Expectation[] = [];
  const insertions: { at: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node)) return;
    const comment = /^[ \t]*\/\/ (.*)/.exec(code.slice(node.end))?.[1] ?? '';
    const [, printed, literal] = LITERAL.exec(comment) ?? [];
    if (literal === undefined) return;
    const start = node.getStart(source);
    const what = `${code.slice(start, node.end)} // ${comment}`;
    const expectation = { what, value: runInThisContext(`(${literal})`) as unknown };
    if (printed !== undefined || code.startsWith('console.log(', start)) {
      prints.push(expectation);
      return;
    }
    values.push(expectation);
    const call = `__value(${values.length - 1}, `;
    if (ts.isExpressionStatement(node)) {
      insertions.push({ at: start, text: call }, { at: node.expression.end, text: ')' });
      return;
    }
    const [declared] = node.declarationList.declarations;
    const name = declared?.name.getText(source).replace(/^\{\s*(\w+)\s*\}$/, '$1') ?? '';
    insertions.push({ at: node.end, text: `${call}${name});` });
  };
  visit(source);
  insertions.sort((a, b) => b.at - a.at);
  const text = insertions.reduce(
    (before, { at, text: inserted }) => before.slice(0, at) + inserted + before.slice(at),
    code,
  );
  return { code: text, values, prints };
}

type Body = (
  exports: object,
  require: (name: string) => unknown,
  console: Pick<Console, 'log'>,
  value: (at: number, value: unknown) => void,
) => Promise<void>;

const requireOther = createRequire(import.meta.url);
const own = new Map<string, unknown>(Object.entries({ millrace, 'millrace/parallel': parallel }));

/** Executes a block, and says where its documentation is wrong. */
async function problemsOf(block: Block): Promise<string[]> {
  const { code, values, prints } = instrumented(block.code);
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(code, { compilerOptions: options });
  // It runs as a script, which has no address.
  const script = outputText.replaceAll('import.meta.url', "'file:///block.js'");
  const wrapped = `(async (exports, require, console, __value) => {\n${script}\n})`;
  const body = runInThisContext(wrapped, { filename: block.name }) as Body;

  const problems: string[] = [];
  const reached = new Set<number>();
  const printed: unknown[][] = [];
  await body(
    {},
    (name) => own.get(name) ?? requireOther(name),
    { log: (...items: unknown[]) => void printed.push(items) },
    (at, value) => {
      reached.add(at);
      const expected = values[at];
      if (!isDeepStrictEqual(value, expected?.value))
        problems.push(format('%s, but is', expected?.what, value));
    },
  );
  // Callbacks may come one turn of the event loop later.
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  for (const [at, { what }] of values.entries()) {
    if (!reached.has(at)) problems.push(`${what}, but is never reached`);
  }
  if (prints.length > 0) {
    const actual = printed.map(([item]) => item);
    const expected = prints.map(({ value }) => value);
    if (!isDeepStrictEqual(actual, expected)) problems.push(format('prints', actual, 'not', expected));
  }
  if (block.output !== undefined) {
    const output = printed.map((items) => `${format(...items)}\n`).join('');
    if (output !== block.output) problems.push(`prints\n${output}not\n${block.output}`);
  }
  return problems;
}

>>>>>>> 1ae5c29 (Document threads; start them whatever flags the process has)
describe.each<[string, Block[], number]>([
  ['the README', readme, 8],
  ['the sources', examples, 20],
])('in %s', (_, blocks, least) => {
  test('the code blocks are found', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });

  test('every code block type-checks', () => {
    expect(typeErrors(blocks)).toEqual([]);
  });

  test.each(blocks)('the code at $name does what it says', { timeout: 1000 }, async (block) => {
    expect(await problemsOf(block)).toEqual([]);
  });
});

describe('documentation that is wrong is found:', () => {
  const block = (code: string, output?: string): Block => ({ name: 'made up', code, output });

  test.each([
    ['a value', 'const a = 1; // 2'],
    ['a value inside', 'for (const a of [1, 2]) {\n  a; // 1\n}'],
    ['a value never reached', 'if (Math.abs(-1) === 2) {\n  1; // 1\n}'],
    ['what is printed', 'console.log(1); // 2'],
    ['what is printed later', 'queueMicrotask(() => console.log(1)); // prints 2: or so\nawait null;'],
    ['nothing printed', '[].forEach((a) => console.log(a)); // prints 1'],
  ])('%s', async (_, code) => {
    expect(await problemsOf(block(code))).toHaveLength(1);
  });

  test('an output', async () => {
    expect(await problemsOf(block("console.log('a', 1);", 'a 1\n'))).toEqual([]);
    expect(await problemsOf(block("console.log('a', 1);", 'a 2\n'))).toHaveLength(1);
  });

  test('a type', () => {
    const wrong = withImports({ ...block("new Chan<number>().tryPut('a');"), name: 'wrong' });
    const right = withImports({
      ...block('const c: WriteChan<null> = new Chan();\nc.tryPut(null);'),
      name: 'right',
    });
    expect(typeErrors([wrong, right])).toEqual([expect.stringMatching(/^wrong, line 1: /)]);
  });
});
