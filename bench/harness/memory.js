/** How many bytes of heap stand behind each of what a workload makes. */

const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

export function heldBy(count) {
  const before = heap();
  let held = 0;
  return {
    /** To be called when all is made and waits. */
    built() {
      held = heap() - before;
    },
    bytes: () => Math.round(held / count),
  };
}
