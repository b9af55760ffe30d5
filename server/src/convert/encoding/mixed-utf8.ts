import { decodeWindows1252 } from './decode-as.js';
import { findNonAsciiLines, type NonAsciiLine } from './non-ascii-lines.js';

interface MixedText {
  readonly text: string;
  /** The numbers of the lines that were decoded as windows-1252. */
  readonly windows1252: readonly number[];
  /** The numbers of the lines in which invalid bytes became U+FFFD. */
  readonly damaged: readonly number[];
}

/**
 * Decodes a UTF-8 file that has some invalid lines. An invalid line without any multi-byte UTF-8 sequence is decoded as windows-1252.
 * An invalid line with such a sequence is damaged: its invalid bytes become U+FFFD.
 *
 * @returns `undefined` if most of the file is not UTF-8. In other encodings, a line with non-ASCII bytes is rarely valid UTF-8.
 */
export function decodeMixedUtf8(bytes: Uint8Array): MixedText | undefined {
  const invalidLines: { line: NonAsciiLine; validCount: number }[] = [];
  let validLines = 0;
  let validCount = 0;
  let invalidCount = 0;
  for (const line of findNonAsciiLines(bytes)) {
    const counts = countSequences(bytes.subarray(line.start, line.end));
    validCount += counts.valid;
    invalidCount += counts.invalid;
    if (counts.invalid === 0) validLines++;
    else invalidLines.push({ line, validCount: counts.valid });
  }
  if (invalidLines.length > validLines && invalidCount > validCount / 10) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  let from = 0;
  for (const { line } of invalidLines.filter((each) => each.validCount === 0)) {
    parts.push(decoder.decode(bytes.subarray(from, line.start)));
    parts.push(decodeWindows1252(bytes.subarray(line.start, line.end)));
    from = line.end;
  }
  parts.push(decoder.decode(bytes.subarray(from)));
  const listNumbers = (isDamaged: boolean): number[] =>
    invalidLines.filter((each) => each.validCount > 0 === isDamaged).map(({ line }) => line.number);
  return { text: parts.join(''), windows1252: listNumbers(false), damaged: listNumbers(true) };
}

/** Counts the valid non-ASCII characters and the invalid sequences. */
function countSequences(line: Uint8Array): { valid: number; invalid: number } {
  let valid = 0;
  let invalid = 0;
  for (const character of new TextDecoder('utf-8').decode(line)) {
    if (character === '\ufffd') invalid++;
    else if (character > '\x7f') valid++;
  }
  return { valid, invalid };
}
