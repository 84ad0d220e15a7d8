/**
 * The names of files.
 *
 * - To the file system a name is a string of bytes, and it need not be UTF-8: inside the program every character of
 *   a `Path` is one byte, so that each leads back to its file.
 * - A `Path` is relative to the directory that is searched; '' is that directory itself.
 * - To a human a name is text: `printable` makes it, without anything a terminal would obey.
 */
export type Path = string;

export function fromText(text: string): Path {
  return Buffer.from(text).toString('latin1');
}

/** The path of an entry of `directory`. */
export function entryOf(directory: Path, name: Buffer): Path {
  const entry = name.toString('latin1');
  return directory === '' ? entry : `${directory}/${entry}`;
}

/** What to give to the file system. */
export function located(root: Path, path: Path): Buffer {
  return Buffer.from(path === '' ? root : `${root}/${path}`, 'latin1');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path as text on one line: what would move the cursor, hide or reorder the rest is escaped, as is a backslash. */
export function printable(path: Path): string {
  try {
    return escaped(utf8.decode(Buffer.from(path, 'latin1')));
  } catch {
    // No UTF-8: every byte for itself.
    return escaped(path).replace(/[\u0080-\u00ff]/g, hex);
  }
}

/** The same for text. */
export function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu, (character) => {
    if (character === '\\') return '\\\\';
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return hex(character);
  });
}

function hex(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
}
