/** A rectangle, in points. The coordinates are rotated so that the page's text runs from left to right. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** A character of the output and its position on the page. */
export interface Glyph extends Box {
  text: string;
  /** The baseline, in points. */
  readonly y: number;
  /** The font size, in points. */
  readonly size: number;
  /** Whether PDFium added the character, such as a space. */
  readonly isGenerated: boolean;
}

/** A part of a line, separated from the other parts by wide gaps, such as a table cell. */
export interface Piece {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

export interface Line extends Piece {
  readonly pieces: readonly Piece[];
  /** The baseline, in points. */
  readonly y: number;
  /** The font size, in points. */
  readonly size: number;
  /** Whether the last word continues on the next line. The hyphen is not part of the text. */
  readonly isHyphenated: boolean;
  /** An ID of the paragraph, if the line was read by OCR. */
  readonly paragraph?: string;
}

/** Minimum gap between the pieces of a line, in multiples of the font size. Spaces in justified text are narrower. */
export const minGap = 1.5;

/** Creates a line from pieces in reading order. */
export function createLine(pieces: readonly Piece[], y: number, size: number, isHyphenated = false): Line {
  return {
    pieces,
    text: pieces.map(({ text }) => text).join('\t'),
    ...computeExtent(pieces),
    y,
    size,
    isHyphenated,
  };
}

/** Returns the horizontal extent of parts of a page. Avoids `Math.min(...)`, which fails for too many arguments. */
export function computeExtent(parts: readonly Pick<Box, 'left' | 'right'>[]): Pick<Box, 'left' | 'right'> {
  let [left, right] = [Infinity, -Infinity];
  for (const part of parts) {
    left = Math.min(left, part.left);
    right = Math.max(right, part.right);
  }
  return { left, right };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
