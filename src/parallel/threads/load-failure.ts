/** Why a thread cannot load a task, and the remedy, for error messages. */
import { CANNOT_START } from './nesting.js';
import { AMBIGUOUS } from './registry.js';

/** The remedy for bundles. */
export const USE_WORKER =
  'In a bundle, name by useWorker() a worker that imports the modules of all tasks and millrace/parallel/worker';
const NO_TASK = `it exports no task of that name. ${USE_WORKER}`;
const NO_PAGE = `it needs a page, which a thread has not. ${USE_WORKER}`;
const NO_TYPESCRIPT =
  'this thread runs no TypeScript. Give task() the address of what is compiled, use inline(), or run a Node that takes TypeScript (22.18 or later)';

/**
 * @param failure - the error that importing the module threw; `undefined` if the module was
 * imported but has no task of the name.
 */
export function reasonOf(
  module: string,
  isAmbiguous: boolean,
  failure: { readonly error: unknown } | undefined,
): string {
  if (isAmbiguous) return AMBIGUOUS;
  if (failure === undefined) return NO_TASK;
  const { name, code, message } = (failure.error ?? {}) as Record<string, unknown>;
  const said = String(message);
  if (said === AMBIGUOUS) return said;
  const refused = refusalIn(failure.error);
  if (refused !== undefined) return refused;
  if (needsPage(said)) return NO_PAGE;
  const isTypeScript = /\.[cm]?tsx?([?#]|$)/.test(module);
  if (
    code === 'ERR_UNKNOWN_FILE_EXTENSION' ||
    (isTypeScript && (name === 'SyntaxError' || code === 'ERR_MODULE_NOT_FOUND'))
  )
    return NO_TYPESCRIPT;
  return 'it cannot be imported';
}

/** Whether an error message says that `document` or `window` is missing, which only a page has. */
export function needsPage(message: string): boolean {
  // The first alternative is the message of V8 and SpiderMonkey, the second that of JavaScriptCore.
  return /\b(document|window) is not defined|variable: (document|window)$/.test(message);
}

/**
 * The refusal of nesting.ts among the causes of `error`: a pool wraps a refusal in its own error.
 */
function refusalIn(error: unknown): string | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth++)
    if (one.message.startsWith(CANNOT_START)) return one.message;
  return undefined;
}
