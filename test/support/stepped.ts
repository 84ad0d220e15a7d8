/** An async iterator in a test's hands. */
/** An async iterator whose steps a test settles by hand. */
export class Stepped implements AsyncIterable<number>, AsyncIterator<number> {
  readonly calls: string[] = [];
  readonly #steps: PromiseWithResolve[] = [];

  [Symbol.asyncIterator](): this {
    this.calls.push('iterator');
    return this;
  }
  next(): Promise<IteratorResult<number>> {
    this.calls.push('next');
    return new Promise((resolve, reject) => this.#steps.push({ resolve, reject }));
  }
  return(): Promise<IteratorResult<number>> {
    this.calls.push('return');
    return Promise.resolve({ done: true, value: undefined });
  }
  get #step(): PromiseWithResolve {
    const step = this.#steps.shift();
    if (step === undefined) throw new Error('Nobody asked for a value');
    return step;
  }
  give(value: number | undefined): void {
    this.#step.resolve({ done: false, value: value as number });
  }
  end(): void {
    this.#step.resolve({ done: true, value: undefined });
  }
  fail(error: unknown): void {
    this.#step.reject(error);
  }
}

interface PromiseWithResolve {
  readonly resolve: (result: IteratorResult<number>) => void;
  readonly reject: (error: unknown) => void;
}
