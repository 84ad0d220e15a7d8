/** How channels and desks look when they are printed: as one line, never as their fields. */

/** What has a line about itself. */
export abstract class Printed {
  /** What kind of thing it is. */
  abstract get [Symbol.toStringTag](): string;
  /** One line about it and its state, as `console.log` prints it too. */
  abstract toString(): string;
}

// Node and Bun ask for the one, Deno for the other. Registered symbols: nothing of a platform need be imported.
for (const name of ['nodejs.util.inspect.custom', 'Deno.customInspect']) {
  Object.defineProperty(Printed.prototype, Symbol.for(name), {
    value(this: Printed): string {
      return this.toString();
    },
  });
}
