import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, isDeepStrictEqual, promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import ts from 'typescript';
import { follow, shutGate } from '../../src/base/fairness.js';
import * as inspect from '../../src/inspect/index.js';
import * as parallel from '../../src/parallel/index.js';
import * as millrace from '../../src/index.js';

// Documentation runs: every ```ts block of the README and of the guide, and every @example of the sources, is type-checked
// and executed. What stands behind `ts` (`picture`, `static`) is for the site, but for `node`: those blocks are the files of a
// program, named in their first lines, and the ```text block behind the last of them is what it prints.
//
// - A block is a module of its own. In an @example the names of 'millrace' need no import.
// - A ```text block right after it is all that it prints.
// - A comment that begins with a literal, behind a statement, is the value of that statement or of the variable it
//   declares: `ch.tryGet(); // 1`, `const { key } = await select(…); // 'late'`, `ch.tryPut(2); // undefined: it is full`.
// - Behind a statement with console.log, and after "prints", it is what is printed: `console.log(1); // 1`.

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  readonly name: string;
  readonly code: string;
  /** All it prints, if the documentation shows that. */
  readonly output: string | undefined;
  /** Whether it is a file of a program, see {@link programsOf}. */
  readonly isFile: boolean;
}

/** A program of several files, the last of which is run. */
export interface Program {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly output: string;
}

export function blocksOf(markdown: string, name: string): Block[] {
  const fence = /^```ts\b([^\n]*)\n(.*?)^```$(?:\n+^```text\n(.*?)^```$)?/gms;
  return Array.from(markdown.matchAll(fence), ({ 1: words = '', 2: code = '', 3: output, index }) => {
    const line = markdown.slice(0, index).split('\n').length;
    return { name: `${name}:${line}`, code, output, isFile: /\bnode\b/.test(words) };
  });
}

/** The programs among the blocks of a page. */
export function programsOf(blocks: readonly Block[]): Program[] {
  const programs: Program[] = [];
  let files = new Map<string, string>();
  for (const { name, code, output } of blocks.filter(({ isFile }) => isFile)) {
    const file = /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
    if (file === undefined) throw new Error(`${name}: the first line of a file of a program is its name`);
    files.set(file, code);
    if (output === undefined) continue;
    programs.push({ name, files, output });
    files = new Map();
  }
  if (files.size > 0) throw new Error(`${[...files.keys()].join(', ')}: a program without output`);
  return programs;
}

const runFile = promisify(execFile);

/** Runs a program in Node, in a folder of the checkout, whose package it imports as any other. */
export async function outputOf({ files }: Program): Promise<string> {
  await mkdir(join(root, '.build'), { recursive: true });
  const folder = await mkdtemp(join(root, '.build', 'program-'));
  try {
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    for (const [file, code] of files) {
      const { outputText } = ts.transpileModule(code, { compilerOptions });
      await writeFile(
        join(folder, file.replace(/ts$/, 'js')),
        outputText.replaceAll(/(from '\.\/[^']*\.)ts'/g, "$1js'"),
      );
    }
    const main = [...files.keys()].at(-1)?.replace(/ts$/, 'js') ?? '';
    const { stdout, stderr } = await runFile(process.execPath, [join(folder, main)], { cwd: folder });
    return stdout + stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What `src/index.ts` exports, by name. */
const exported = new Map<string, { readonly isType: boolean }>();
const index = ts.createSourceFile(
  'index.ts',
  await readFile(join(root, 'src/index.ts'), 'utf8'),
  ts.ScriptTarget.ES2022,
);
for (const statement of index.statements) {
  if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) continue;
  if (!ts.isNamedExports(statement.exportClause)) continue;
  for (const { name, isTypeOnly } of statement.exportClause.elements) {
    exported.set(name.text, { isType: isTypeOnly || statement.isTypeOnly });
  }
}

/** Imports what a block uses, unless it imports for itself; on the block's first line, so that lines keep their numbers. */
export function withImports(block: Block): Block {
  if (/from 'millrace['/]/.test(block.code)) return block;
  const used = [...exported].filter(([name]) => new RegExp(`\\b${name}\\b`).test(block.code));
  const names = used.map(([name, { isType }]) => (isType ? `type ${name}` : name));
  return { ...block, code: `import { ${names.join(', ')} } from 'millrace'; ${block.code}` };
}

/** The complaints of the compiler, all blocks at once: block by block would take a second each. */
export function typeErrors(blocks: readonly Block[]): string[] {
  // The files of a program find each other by their names; so those of two programs have to differ.
  const named = ({ name, code, isFile }: Block): string =>
    isFile ? code.slice(3, code.indexOf('\n')) : `${name.replace(/\W/g, '-')}.ts`;
  const file = (block: Block): string => join(root, 'test', named(block));
  const codes = new Map(blocks.map((block) => [file(block), `${block.code}\nexport {};\n`]));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  options.allowImportingTsExtensions = true;
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
const OWN: Readonly<Record<string, object>> = {
  millrace,
  'millrace/inspect': inspect,
  'millrace/parallel': parallel,
};

/** Executes a block, and says where its documentation is wrong. */
async function eventLoopTurns(count: number): Promise<void> {
  for (let turns = 0; turns < count; turns++) await new Promise((resolve) => setImmediate(resolve));
}

/** How many operations complete between two turns of the event loop. */
const TURN = 1000;

/**
 * Lets the event loop turn after a number of operations, instead of after a time. On a busy machine an example may lose the
 * processor for longer than channel work may go on without a turn; its goroutines would then go on in another order than
 * the one that the text shows.
 */
function countTurns(): () => void {
  const held: (() => void)[] = [];
  let passed = 0;
  let isTurning = false;
  const turned = (): void => {
    isTurning = false;
    passed = 0;
    shutGate(false);
    for (const run of held.splice(0)) run();
  };
  const turn = (): void => {
    if (isTurning) return;
    isTurning = true;
    setImmediate(turned);
  };
  follow({
    passes() {
      if (passed < TURN && ++passed < TURN) return true;
      shutGate(true);
      turn();
      return false;
    },
    post(run) {
      held.push(run);
      turn();
    },
  });
  shutGate(false);
  return () => {
    follow(undefined);
    turned();
  };
}

export async function problemsOf(block: Block): Promise<string[]> {
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
  const resume = countTurns();
  try {
    await eventLoopTurns(2);
    await body(
      {},
      (name) => OWN[name] ?? requireOther(name),
      { log: (...items: unknown[]) => void printed.push(items) },
      (at, value) => {
        reached.add(at);
        const expected = values[at];
        if (!isDeepStrictEqual(value, expected?.value))
          problems.push(format('%s, but is', expected?.what, value));
      },
    );
    // Callbacks may come one turn of the event loop later.
    await eventLoopTurns(2);
  } finally {
    resume();
  }
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
