/** `examples/program.ts`, where there is no program to be started. */
export function program(): void {}
