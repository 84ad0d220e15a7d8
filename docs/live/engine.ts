/** What an example needs once it is scrolled to: one chunk, loaded then. */
export { createEditor } from './editor.js';
export { run } from './run.js';
