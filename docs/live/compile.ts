/** Compiles an example: TypeScript to a script whose last value is an async function. Lines stay where they are. */
import { transform } from 'sucrase';
import { instrument } from './instrument.js';
import { FILE } from './messages.js';

/** A program that is none. Lines and columns are counted from 1. */
export class CompileError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

export function compile(source: string, isRecorded: boolean): string {
  try {
    const { code } = transform(isRecorded ? instrument(source) : source, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      production: true,
    });
    return `(async (exports, require, console, __marks, __go) => {${code}\n})\n//# sourceURL=${FILE}`;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const place = /\s*\((\d+):\d+\)$/.exec(text);
    const message = text.replace(/^Error transforming [^:]*: /, '').replace(/\s*\(\d+:\d+\)$/, '');
    throw new CompileError(message, place === null ? undefined : Number(place[1]));
  }
}
