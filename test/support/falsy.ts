/** Falsy values, all of which channels carry, and all of which are causes and reasons. */
export const FALSY: readonly (0 | 0n | '' | false | null)[] = [0, 0n, '', false, null, Number.NaN as 0];
