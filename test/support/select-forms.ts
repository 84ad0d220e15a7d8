/** Both forms of select under one signature, so that every test holds for both. */
import { type Case, type SelectOptions, select, selectThen } from '../../src/index.js';

/** `selectThen` in the guise of `select`; what it throws becomes a rejection. */
function viaCallback(cases: readonly Case[], options?: SelectOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let calls = 0;
    selectThen(
      cases as [],
      (result: object | undefined, error?: unknown) => {
        // A second call would not be seen by the promise: let it fail the run.
        if (++calls > 1) throw new Error('The callback of selectThen was called twice');
        if (result === undefined) reject(error);
        else resolve(result);
      },
      options,
    );
  });
}

/** `[name, select]` for each form. */
export const forms: readonly (readonly [name: string, form: typeof select])[] = [
  ['select', select],
  ['selectThen', viaCallback as typeof select], // Sound: it takes what select takes, and gives what it gives.
];
