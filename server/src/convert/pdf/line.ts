/** A rectangle on a page, in points. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** A character of the extracted text, and its position on the page. */
export interface Glyph extends Box {
  text: string;
  /** The vertical position of the baseline, in points. */
  readonly y: number;
  /** In points. */
  readonly fontSize: number;
  /** Whether PDFium added the character, such as a space. */
  readonly isGenerated: boolean;
}

/** A part of a line, such as a table cell. Wide gaps separate the parts. */
export interface Piece {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

export interface Line extends Piece {
  readonly pieces: readonly Piece[];
  /** The vertical position of the baseline, in points. */
  readonly y: number;
  /** In points. */
  readonly fontSize: number;
  /** Whether the last word continues on the next line. `text` does not include the hyphen. */
  readonly isHyphenated: boolean;
  /** The ID of the line's paragraph, unique on the page. Only lines read by OCR have an ID. */
  readonly paragraphId?: string;
}

/** Minimum gap between the pieces of a line, in multiples of the font size. Spaces in justified text are narrower. */
export const minGapRatio = 1.5;

/** Creates a line from pieces in reading order. */
export function createLine(pieces: readonly Piece[], y: number, fontSize: number, isHyphenated = false): Line {
  return {
    pieces,
    text: pieces.map(({ text }) => text).join('\t'),
    ...computeExtent(pieces),
    y,
    fontSize,
    isHyphenated,
  };
}

/** Returns the horizontal extent of all parts. Avoids `Math.min(...)`, which throws an error for too many arguments. */
export function computeExtent(parts: readonly Pick<Box, 'left' | 'right'>[]): Pick<Box, 'left' | 'right'> {
  let [left, right] = [Infinity, -Infinity];
  for (const part of parts) {
    left = Math.min(left, part.left);
    right = Math.max(right, part.right);
  }
  return { left, right };
}

export function computeMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
