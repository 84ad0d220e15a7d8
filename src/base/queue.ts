/**
 * A first-in first-out queue in a ring that doubles when it is full.
 *
 * The `length` slots from `head` on hold values. Every other slot holds `undefined`, so the queue
 * keeps no taken value alive. The number of slots is a power of two, so an index wraps by a mask.
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

  /** Returns the oldest value. Call this only when `length` is not 0. */
  peek(): T {
    return this.slots[this.head] as T; // Sound: `length` is not 0, so the slot holds a value.
  }

  /** Takes the oldest value. Call this only when `length` is not 0. */
  shift(): T {
    const { slots, head } = this;
    const value = slots[head] as T; // Sound: `length` is not 0, so the slot holds a value.
    slots[head] = undefined;
    this.head = (head + 1) & (slots.length - 1);
    this.length--;
    return value;
  }
}
