/**
 * The flags of Node that threads are given. As a rule they inherit those of the process. But some say how the program itself was
 * given to Node, which a thread must not hear; then it gets, of the others, those that it may have.
 */
const OF_THE_PROGRAM = /^(-[ep]+|--(input-type|eval|print|test|watch))\b/;
const OF_THREADS =
  /^--(conditions|enable-source-maps|import|experimental-[\w-]+|no-(warnings|deprecation))\b/;

/** `undefined`: all. */
export const execArgv: string[] | undefined = process.execArgv.some((flag) => OF_THE_PROGRAM.test(flag))
  ? process.execArgv.filter((flag) => OF_THREADS.test(flag) && !OF_THE_PROGRAM.test(flag))
  : undefined;

/** Of what the threads of `toIterable` share: where the supervisor says that it runs. */
export const UP = 1;
