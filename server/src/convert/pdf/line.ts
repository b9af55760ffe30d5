import type { Box } from './pdf-page.js';

/** A character as it is put out. */
export interface Glyph extends Box {
  text: string;
  readonly y: number;
  readonly size: number;
  readonly isGenerated: boolean;
}

/** A part of a line, such as a cell of a table: wide gaps separate it from the others. */
export interface Piece {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

export interface Line extends Piece {
  readonly pieces: readonly Piece[];
  /** The baseline, in points. */
  readonly y: number;
  /** The font's size, in points. */
  readonly size: number;
  /** Whether the last word continues on the next line. Its hyphen is not part of the text. */
  readonly isHyphenated: boolean;
  /** Identifies the paragraph, if OCR has found it. */
  readonly paragraph?: string;
}

/** The smallest gap that separates the parts of a line, in multiples of the font's size. Spaces in justified text are smaller. */
export const minGap = 1.5;

/** Makes a line of pieces in reading order. */
export function makeLine(pieces: readonly Piece[], y: number, size: number, isHyphenated = false): Line {
  return {
    pieces,
    text: pieces.map(({ text }) => text).join('\t'),
    left: Math.min(...pieces.map(({ left }) => left)),
    right: Math.max(...pieces.map(({ right }) => right)),
    y,
    size,
    isHyphenated,
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
