/** `getEventListeners` of `node:events`, where a browser has none: it keeps an account of what signals are given. */
const accounts = new WeakMap<EventTarget, Set<unknown>>();
// oxlint-disable-next-line typescript/unbound-method -- applied to a target each time
const { addEventListener, removeEventListener } = EventTarget.prototype;

AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: unknown[]): void {
  const listeners = accounts.get(this) ?? new Set();
  accounts.set(this, listeners.add(args[1]));
  Reflect.apply(addEventListener, this, args);
};
AbortSignal.prototype.removeEventListener = function (this: AbortSignal, ...args: unknown[]): void {
  accounts.get(this)?.delete(args[1]);
  Reflect.apply(removeEventListener, this, args);
};

export function getEventListeners(signal: EventTarget): unknown[] {
  return [...(accounts.get(signal) ?? [])];
}
