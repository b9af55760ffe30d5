export interface NonAsciiLine {
  /** The 1-based number of the line. */
  readonly number: number;
  /** The offset of the line's first byte. */
  readonly start: number;
  /** The offset of the last byte of the line break, or the length of the file. */
  readonly end: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Yields the lines that contain non-ASCII bytes. Only these lines show which encoding a file has. */
export function* findNonAsciiLines(bytes: Uint8Array): Generator<NonAsciiLine> {
  let number = 1;
  let start = 0;
  let isNonAscii = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) isNonAscii = true;
    if (byte !== lineFeed && (byte !== carriageReturn || bytes[at + 1] === lineFeed)) continue;
    if (isNonAscii) yield { number, start, end: at };
    isNonAscii = false;
    start = at + 1;
    number++;
  }
  if (isNonAscii) yield { number, start, end: bytes.length };
}
