/** How channels and mixes are printed: as one line, never as their fields. */

/** Base of the classes that describe their objects in one line. */
export abstract class Printed {
  /** The name of the object's kind. */
  abstract get [Symbol.toStringTag](): string;
  /** Describes the object and its state in one line, as `console.log` also prints it. */
  abstract toString(): string;
}

// Node and Bun look up the first symbol, Deno the second. Both are registered symbols, so nothing
// of a platform is imported.
for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect']) {
  Object.defineProperty(Printed.prototype, Symbol.for(name), {
    value(this: Printed): string {
      return this.toString();
    },
  });
}
