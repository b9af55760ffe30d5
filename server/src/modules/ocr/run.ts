import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePage, encodePagePng } from '../../convert/image/decode-image.js';
import { openImage, type ImageFile } from '../../convert/image/image-file.js';
import { toGray } from '../../convert/image/pixels.js';
import { scoreReading, computeMeanConfidence, readImage, type ImageReading } from '../../convert/ocr/read-image.js';
import { recognize } from '../../convert/ocr/recognize.js';
import { getLanguage, parseLines, parseWords, type Language, type Recognition } from '../../convert/ocr/tesseract.js';
import { writeJsonArray } from '../../formats/json-output.js';
import { PythonFloat } from '../../formats/python-json.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';

/** The mean confidence, from 0 to 1, below which the text is probably wrong or the page is not upright. */
const minConfidence = 0.6;

/** Recognizes the text in an image and the position of each word. The output has one item, or one item per page of a TIFF. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const language = getLanguage(context.model);
  const image = await openImage(input.path, context);
  const rotations: number[] = [];
  const { path, count } = await writeJsonArray(context, { itemName: 'items' }, async (writer) => {
    for (let page = 0; page < image.pageCount; page++) {
      context.signal.throwIfAborted();
      context.progress(page, image.pageCount);
      const reading = await readPage(image, page, language, context);
      rotations.push(reading.rotation);
      const detections = parseWords(reading.tsv).map((word) => ({ ...word, conf: new PythonFloat(word.conf) }));
      await writer.add({ text: reading.text, detections });
    }
  });
  context.progress(image.pageCount, image.pageCount);
  // word positions refer to the rotated image, so clients need the rotation
  const [rotation = 0] = rotations;
  const rotationFacts = image.pageCount === 1 ? { rotation } : { rotations };
  return { path, facts: { num_lines: count, ...(rotations.some((angle) => angle !== 0) && rotationFacts) } };
}

interface PageReading extends Recognition {
  /** The angle by which the page was rotated clockwise before OCR, in degrees. */
  readonly rotation: number;
}

/**
 * Recognizes the text of a page. If the confidence is low, straightens the page, tries again and returns the better reading.
 *
 * @param index The 0-based index of the page.
 */
async function readPage(
  image: ImageFile,
  index: number,
  language: Language,
  context: ModuleContext,
): Promise<PageReading> {
  const page = image.pageCount > 1 ? index + 1 : undefined;
  const { text, tsv } = await recognizePage(await encodePagePng(image, index, context.limits), language, context);
  const firstReading = { text, tsv, rotation: 0 };
  const lines = parseLines(tsv);
  const confidence = computeMeanConfidence(lines);
  if (confidence >= minConfidence) return firstReading;
  const gray = toGray(await decodePage(image, index, context.limits));
  const secondReading = await readImage(gray, language, context);
  const isBetter = scoreReading(secondReading) > scoreReading({ lines, confidence });
  warnAboutLowConfidence(isBetter ? secondReading : { lines, confidence }, context, page);
  if (!isBetter) return firstReading;
  const rotation = Math.round(900 * secondReading.quarterTurns - (1800 * secondReading.skew) / Math.PI) / 10;
  if (rotation !== 0) {
    const message = `The text was not upright. The image was rotated clockwise by ${Math.round(rotation)} degrees, and positions refer to the rotated image.`;
    context.warn({ code: 'image-turned', message, page });
  }
  return { text: secondReading.text, tsv: secondReading.tsv, rotation };
}

function warnAboutLowConfidence(
  { lines, confidence }: Pick<ImageReading, 'lines' | 'confidence'>,
  { warn }: ModuleContext,
  page: number | undefined,
): void {
  if (lines.length === 0) warn({ code: 'no-text', message: 'No text was found in the image.', page });
  else if (confidence < minConfidence) {
    const message = `The text is probably wrong: it was read with a mean confidence of ${Math.round(100 * confidence)}%.`;
    warn({ code: 'low-confidence', message, page });
  }
}

async function recognizePage(png: Buffer, language: Language, context: ModuleContext): Promise<Recognition> {
  const path = join(context.scratch, 'ocr-page.png');
  await writeFile(path, png);
  try {
    return await recognize(path, language, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof ModuleError) throw error;
    throw new ModuleError('Tesseract cannot read an image of this size. Split it into smaller images.', {
      cause: error,
    });
  }
}
