import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleContext } from '../../module-contract/module.js';
import { rotate, toPgm, turn, type GreyImage } from '../image/pixels.js';
import { findSkew } from './find-skew.js';
import { recognize } from './recognize.js';
import { linesOf, type Language, type Recognition, type RecognizedLine } from './tesseract.js';

/** Text that is read with less confidence may be upside down. Text that stands upright is usually above 80. */
const minConfidence = 65;

/** The text of an image, after it has been straightened. */
export interface ReadImage extends Recognition {
  readonly lines: readonly RecognizedLine[];
  /** The mean confidence of the characters, from 0 to 1. */
  readonly confidence: number;
  /** The quarter turns, clockwise, by which the image was turned. */
  readonly turns: number;
  /** By how much its lines were tilted clockwise before it was straightened, in radians. */
  readonly skew: number;
}

/**
 * Recognises the text in an image. A tilted image is straightened first. If the text cannot be read, the image is turned by quarters,
 * and the reading with the most confidence counts.
 *
 * @throws `ModuleError` if a language is not installed.
 */
export async function readImage(
  image: GreyImage,
  language: Language,
  context: Pick<ModuleContext, 'scratch' | 'signal'>,
): Promise<ReadImage> {
  let best: ReadImage | undefined;
  for (const turns of [0, 2, 1, 3]) {
    const read = await readUpright(turn(image, turns), language, context);
    if (!best || certainty(read) > certainty(best)) best = { ...read, turns };
    if (best.confidence >= minConfidence / 100) break;
  }
  return best ?? { text: '', tsv: '', lines: [], confidence: 0, turns: 0, skew: 0 };
}

async function readUpright(
  image: GreyImage,
  language: Language,
  context: Pick<ModuleContext, 'scratch' | 'signal'>,
): Promise<Omit<ReadImage, 'turns'>> {
  const skew = findSkew(image);
  const path = join(context.scratch, 'ocr-page.pgm');
  await writeFile(path, toPgm(skew === 0 ? image : rotate(image, -skew)));
  const recognition = await recognize(path, language, context);
  const lines = linesOf(recognition.tsv);
  return { ...recognition, lines, confidence: meanConfidence(lines), skew };
}

/** The mean confidence of the characters, from 0 to 1. 0 without text. */
export function meanConfidence(lines: readonly RecognizedLine[]): number {
  const words = lines.flatMap((line) => line.words);
  const length = words.reduce((sum, { text }) => sum + text.length, 0);
  if (length === 0) return 0;
  return words.reduce((sum, { text, conf }) => sum + text.length * conf, 0) / length / 100;
}

/** A few characters that are read by chance count less than a page of text. */
export function certainty({ lines, confidence }: Pick<ReadImage, 'lines' | 'confidence'>): number {
  const length = lines.reduce((sum, { words }) => sum + words.reduce((total, { text }) => total + text.length, 0), 0);
  return confidence * confidence * Math.min(1, length / 20);
}
