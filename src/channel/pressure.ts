/** The warning about a channel on which very many puts wait. */

/** The number of waiting puts on one channel at which a warning says that puts may be unawaited. */
export const MANY_PUTS = 1024;

export function warnOfPressure(name: string): void {
  const message = `${MANY_PUTS} puts wait on ${name}: a put is not awaited?`;
  const { process } = globalThis as { process?: { emitWarning?: (message: string, type: string) => void } };
  if (process?.emitWarning === undefined) console.warn(message);
  else process.emitWarning(message, 'ChanPressureWarning');
}
