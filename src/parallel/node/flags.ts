/** These flags say how the program itself was given to Node, which workers must not hear. */
const OF_THE_PROGRAM = /^--(input-type|eval|print|test|watch)/;

export const execArgv: string[] = process.execArgv.filter((flag) => !OF_THE_PROGRAM.test(flag));
