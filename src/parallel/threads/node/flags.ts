/**
 * The flags of Node that a thread is started with. A thread inherits the flags of the process,
 * unless one of them says how the program was given to Node (`--eval`, `--test` …), which must not
 * apply to a thread. Then a thread gets only the flags of the process that match `OF_THREADS`.
 */
const OF_THE_PROGRAM = /^(-[ep]+|--(input-type|eval|print|test|watch))\b/;
const OF_THREADS =
  /^--(conditions|enable-source-maps|import|experimental-[\w-]+|no-(warnings|deprecation))\b/;

/** The flags of a thread; `undefined` to inherit all flags of the process. */
export const execArgv: string[] | undefined = process.execArgv.some((flag) => OF_THE_PROGRAM.test(flag))
  ? process.execArgv.filter((flag) => OF_THREADS.test(flag) && !OF_THE_PROGRAM.test(flag))
  : undefined;

/**
 * The index in the array shared by the threads of `toIterable` that the supervisor sets when it
 * runs.
 */
export const UP = 1;
