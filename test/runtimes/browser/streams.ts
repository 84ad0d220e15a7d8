/** `node:stream/web`, where a browser has its classes as globals. */
// Taken first: an export of the name would hide the global.
const Stream: typeof globalThis.ReadableStream = globalThis.ReadableStream;
export { Stream as ReadableStream };
