/**
 * A first-in first-out queue in a ring that doubles when it is full.
 *
 * The slots from `head` on, `length` of them, hold values; a slot that was taken holds `undefined`, so that nothing
 * is kept alive. The number of slots is a power of two, so that an index wraps by a mask.
 */
export class Queue<T> {
  length = 0;
  private slots: (T | undefined)[] = [];
  private head = 0;

  push(value: T): void {
    const { slots, head } = this;
    const size = slots.length;
    if (this.length === size) {
      this.slots = slots.slice(head).concat(slots.slice(0, head), Array<undefined>(size || 4));
      this.head = 0;
    }
    this.slots[(this.head + this.length++) & (this.slots.length - 1)] = value;
  }

  /** The oldest. Call it only when `length` is not 0. */
  peek(): T {
    return this.slots[this.head] as T; // Sound: there is one.
  }

  /** Takes the oldest. Call it only when `length` is not 0. */
  shift(): T {
    const { slots, head } = this;
    const value = slots[head] as T; // Sound: there is one.
    slots[head] = undefined;
    this.head = (head + 1) & (slots.length - 1);
    this.length--;
    return value;
  }
}
