/** What both reports are written with. */

export const table = (heads, rows, align = heads.map(() => '---')) =>
  [heads, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Text of a source, without its line breaks. */
export const flat = (text) => text.replaceAll('\n', ' ');

/** @returns {string} what it was measured on, in a line */
export const machineLine = ({ processors, model, memory, system, node, go, date }) =>
  `${processors} processors (${model}), ${memory}, ${system}, Node ${node}, Go ${go ?? 'not installed'}, on ${date}`;

/** @returns {number} the fewest repetitions of any result */
export const fewestRounds = (all) =>
  Math.min(
    ...Object.values(all)
      .flatMap((results) => Object.values(results))
      .filter(({ samples }) => samples !== undefined && samples.length > 1)
      .map(({ samples }) => samples.length),
  );
