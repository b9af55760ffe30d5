import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleContext } from '../../module-contract/module.js';
import { rotate, toPgm, rotateQuarters, type GrayImage } from '../image/pixels.js';
import { findSkew } from './find-skew.js';
import { recognize } from './recognize.js';
import { parseLines, type Language, type Recognition, type RecognizedLine } from './tesseract.js';

/** Minimum confidence, in percent. Text with a lower confidence may not be upright. Upright text usually has more than 80. */
const minConfidence = 65;

/** The text of an image, and how the image was straightened before OCR. */
export interface ImageReading extends Recognition {
  readonly lines: readonly RecognizedLine[];
  /** The mean confidence of the characters, from 0 to 1. */
  readonly confidence: number;
  /** Number of clockwise quarter turns by which the image was rotated. */
  readonly quarterTurns: number;
  /** The clockwise angle by which the lines were tilted after the quarter turns, in radians. The image was rotated back by this angle. */
  readonly skew: number;
}

/**
 * Recognizes the text in an image, after straightening the image if it is tilted. If the confidence is low, tries the other orientations in
 * turn until the confidence is high enough. Returns the result with the best score.
 *
 * @throws `ModuleError` if a language is not installed, or a different error if OCR fails or is aborted.
 */
export async function readImage(
  image: GrayImage,
  language: Language,
  context: Pick<ModuleContext, 'scratch' | 'signal'>,
): Promise<ImageReading> {
  let best: ImageReading | undefined;
  for (const quarterTurns of [0, 2, 1, 3]) {
    const reading = await straightenAndRead(rotateQuarters(image, quarterTurns), language, context);
    if (!best || scoreReading(reading) > scoreReading(best)) best = { ...reading, quarterTurns };
    if (best.confidence >= minConfidence / 100) break;
  }
  return best ?? { text: '', tsv: '', lines: [], confidence: 0, quarterTurns: 0, skew: 0 };
}

async function straightenAndRead(
  image: GrayImage,
  language: Language,
  context: Pick<ModuleContext, 'scratch' | 'signal'>,
): Promise<Omit<ImageReading, 'quarterTurns'>> {
  const skew = findSkew(image);
  const path = join(context.scratch, 'ocr-page.pgm');
  await writeFile(path, toPgm(skew === 0 ? image : rotate(image, -skew)));
  const recognition = await recognize(path, language, context);
  const lines = parseLines(recognition.tsv);
  return { ...recognition, lines, confidence: computeMeanConfidence(lines), skew };
}

/** Returns the mean confidence of the characters, from 0 to 1, or 0 if there is no text. */
export function computeMeanConfidence(lines: readonly RecognizedLine[]): number {
  const words = lines.flatMap((line) => line.words);
  const length = words.reduce((sum, { text }) => sum + text.length, 0);
  if (length === 0) return 0;
  return words.reduce((sum, { text, conf }) => sum + text.length * conf, 0) / length / 100;
}

/** Returns a score for comparing results. It is lower for fewer than 20 characters, which may have been recognized by chance. */
export function scoreReading({ lines, confidence }: Pick<ImageReading, 'lines' | 'confidence'>): number {
  const length = lines.reduce((sum, { words }) => sum + words.reduce((total, { text }) => total + text.length, 0), 0);
  return confidence * confidence * Math.min(1, length / 20);
}
