/**
 * Inserts into a program the marks by which a recorder knows whose turn it is (recorder.ts). Lines stay where they are.
 *
 * ```text
 *   async (x) => { await f(x) }    async (x) => { const __go = __marks.enter(); __marks.on(__go, await f(x)) }
 *   const jobs = new Chan()        const jobs = __marks.name('jobs', () => new Chan())
 * ```
 */
import { parser } from '@lezer/javascript';
import type { SyntaxNode } from '@lezer/common';

const typescript = parser.configure({ dialect: 'ts' });

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'Property',
]);

const isFunction = (node: SyntaxNode): boolean =>
  FUNCTIONS.has(node.name) && (node.getChild('ParamList') !== null || node.getChild('Arrow') !== null);

/** Whether `await` may stand at a node: it is in an async function, or in none. */
function isAwaitable(node: SyntaxNode): boolean {
  let up = node.parent;
  while (up !== null && !isFunction(up)) up = up.parent;
  return up === null || up.getChild('async') !== null;
}

/** Texts to insert, each pair of them around a part of the program; pairs may be nested. */
class Insertions {
  private readonly all: { at: number; rank: number; text: string }[] = [];

  before(at: number, text: string): void {
    this.all.push({ at, rank: this.all.length, text });
  }

  /** Of two at one place that of the inner pair, which was made later, comes first; and both before what begins there. */
  behind(at: number, text: string): void {
    this.all.push({ at, rank: -1 - this.all.length, text });
  }

  into(code: string): string {
    this.all.sort((a, b) => b.at - a.at || b.rank - a.rank);
    return this.all.reduce((so, { at, text }) => so.slice(0, at) + text + so.slice(at), code);
  }
}

const ENTER = ' const __go = __marks.enter();';
const GO_ON = ' __marks.on(__go);';

/** Marks the beginning of an async function. */
function markFunction(node: SyntaxNode, insertions: Insertions): void {
  const body = node.getChild('Block');
  const expression = node.lastChild;
  if (body !== null) insertions.before(body.from + 1, ENTER);
  else if (expression !== null && node.name === 'ArrowFunction') {
    insertions.before(expression.from, `{${ENTER} return (`);
    insertions.behind(expression.to, '); }');
  }
}

/** Marks every turn of a `for await`, and where it goes on behind it. */
function markLoop(node: SyntaxNode, insertions: Insertions): void {
  if (node.parent?.name === 'Block' || node.parent?.name === 'Script') insertions.behind(node.to, GO_ON);
  const body = node.lastChild;
  if (body?.name === 'Block') insertions.before(body.from + 1, GO_ON);
  else if (body !== null) {
    insertions.before(body.from, `{${GO_ON}`);
    insertions.behind(body.to, ' }');
  }
}

/** Names a channel after its variable. */
function markChannel(node: SyntaxNode, code: string, insertions: Insertions): void {
  const text = code.slice(node.from, node.to);
  let variable = node.prevSibling;
  while (variable !== null && variable.name !== 'VariableDefinition') variable = variable.prevSibling;
  if (variable === null || !/^new Chan\b/.test(text) || text.includes('await')) return;
  insertions.before(node.from, `__marks.name('${code.slice(variable.from, variable.to)}', () => `);
  insertions.behind(node.to, ')');
}

export function instrument(code: string): string {
  const insertions = new Insertions();
  typescript.parse(code).iterate({
    enter: ({ node }) => {
      // What goes to another thread goes there as it was written.
      if (node.name === 'CallExpression' && /^(inline|task)\(/.test(code.slice(node.from, node.from + 7)))
        return false;
      if (isFunction(node) && node.getChild('async') !== null) markFunction(node, insertions);
      else if (node.name === 'AwaitExpression') {
        insertions.before(node.from, '__marks.on(__go, ');
        insertions.behind(node.to, ')');
      } else if (node.name === 'ForStatement' && node.getChild('await') !== null) markLoop(node, insertions);
      else if ((node.name === 'CatchClause' || node.name === 'FinallyClause') && isAwaitable(node)) {
        const block = node.getChild('Block');
        if (block !== null) insertions.before(block.from + 1, GO_ON);
      } else if (node.name === 'NewExpression' && node.parent?.name === 'VariableDeclaration')
        markChannel(node, code, insertions);
    },
  });
  return insertions.into(code);
}
