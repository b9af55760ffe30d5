/** A line of a file that has bytes beyond ASCII. */
export interface ForeignLine {
  /** 1-based. */
  readonly number: number;
  readonly start: number;
  /** The offset of the line break, or the length of the file. */
  readonly end: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Yields the lines that have bytes beyond ASCII. Only these show which encoding a file has. */
export function* foreignLines(bytes: Uint8Array): Generator<ForeignLine> {
  let number = 1;
  let start = 0;
  let isForeign = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) isForeign = true;
    if (byte !== lineFeed && (byte !== carriageReturn || bytes[at + 1] === lineFeed)) continue;
    if (isForeign) yield { number, start, end: at };
    isForeign = false;
    start = at + 1;
    number++;
  }
  if (isForeign) yield { number, start, end: bytes.length };
}
