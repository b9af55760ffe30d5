import { countReplacements, decodeWindows1252 } from './decode-as.js';
import { findNonAsciiLines, type NonAsciiLine } from './non-ascii-lines.js';

interface MixedText {
  readonly text: string;
  /** The numbers of the lines that were decoded as windows-1252. */
  readonly windows1252Lines: readonly number[];
  /** The numbers of the lines in which invalid bytes became U+FFFD. */
  readonly damagedLines: readonly number[];
}

/**
 * Decodes a UTF-8 file that has some invalid lines. An invalid line that also contains valid multi-byte sequences is treated as damaged:
 * its invalid bytes become U+FFFD. Any other invalid line is decoded as windows-1252.
 *
 * @returns `undefined` if the file is probably not UTF-8: most lines with non-ASCII bytes are invalid, and the file has more than one
 *   invalid sequence per ten valid non-ASCII characters.
 */
export function decodeMixedUtf8(bytes: Uint8Array): MixedText | undefined {
  const invalidLines: { line: NonAsciiLine; validCount: number }[] = [];
  let validLineCount = 0;
  let validCount = 0;
  let invalidCount = 0;
  for (const line of findNonAsciiLines(bytes)) {
    const counts = countSequences(bytes.subarray(line.start, line.end));
    validCount += counts.valid;
    invalidCount += counts.invalid;
    if (counts.invalid === 0) validLineCount++;
    else invalidLines.push({ line, validCount: counts.valid });
  }
  if (invalidLines.length > validLineCount && invalidCount > validCount / 10) return undefined;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  let from = 0;
  for (const { line } of invalidLines.filter((each) => each.validCount === 0)) {
    parts.push(decoder.decode(bytes.subarray(from, line.start)));
    parts.push(decodeWindows1252(bytes.subarray(line.start, line.end)));
    from = line.end;
  }
  parts.push(decoder.decode(bytes.subarray(from)));
  const getLineNumbers = (isDamaged: boolean): number[] =>
    invalidLines.filter((each) => each.validCount > 0 === isDamaged).map(({ line }) => line.number);
  return { text: parts.join(''), windows1252Lines: getLineNumbers(false), damagedLines: getLineNumbers(true) };
}

/** Counts the valid non-ASCII characters and the invalid sequences. */
function countSequences(line: Uint8Array): { valid: number; invalid: number } {
  const text = new TextDecoder('utf-8').decode(line);
  const invalid = countReplacements(text, 'utf-8', line);
  let nonAscii = 0;
  for (const character of text) if (character > '\x7f') nonAscii++;
  return { valid: nonAscii - invalid, invalid };
}
