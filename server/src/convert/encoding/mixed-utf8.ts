import { decodeWindows1252 } from './decode-by.js';
import { foreignLines, type ForeignLine } from './foreign-lines.js';

interface MixedText {
  readonly text: string;
  /** The numbers of the lines that were read as windows-1252. */
  readonly foreign: readonly number[];
  /** The numbers of the lines in which invalid bytes became U+FFFD. */
  readonly damaged: readonly number[];
}

/**
 * Decodes a file in UTF-8 that has some lines with other bytes. A bad line without any UTF-8 sequence is in windows-1252. A bad line
 * with both is damaged: its invalid bytes become U+FFFD.
 *
 * @returns `undefined` if the file as a whole is not UTF-8. In other encodings, a line with bytes beyond ASCII is rarely valid UTF-8.
 */
export function decodeMixedUtf8(bytes: Uint8Array): MixedText | undefined {
  const bad: { line: ForeignLine; validCount: number }[] = [];
  let goodLines = 0;
  let validCount = 0;
  let invalidCount = 0;
  for (const line of foreignLines(bytes)) {
    const counts = countSequences(bytes.subarray(line.start, line.end));
    validCount += counts.valid;
    invalidCount += counts.invalid;
    if (counts.invalid === 0) goodLines++;
    else bad.push({ line, validCount: counts.valid });
  }
  if (bad.length > goodLines && invalidCount > validCount / 10) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  let from = 0;
  for (const { line } of bad.filter((each) => each.validCount === 0)) {
    parts.push(decoder.decode(bytes.subarray(from, line.start)));
    parts.push(decodeWindows1252(bytes.subarray(line.start, line.end)));
    from = line.end;
  }
  parts.push(decoder.decode(bytes.subarray(from)));
  const numbers = (isDamaged: boolean): number[] =>
    bad.filter((each) => each.validCount > 0 === isDamaged).map(({ line }) => line.number);
  return { text: parts.join(''), foreign: numbers(false), damaged: numbers(true) };
}

/** Counts the characters beyond ASCII that are valid UTF-8, and the invalid sequences. */
function countSequences(line: Uint8Array): { valid: number; invalid: number } {
  let valid = 0;
  let invalid = 0;
  for (const character of new TextDecoder('utf-8').decode(line)) {
    if (character === '\ufffd') invalid++;
    else if (character > '\x7f') valid++;
  }
  return { valid, invalid };
}
