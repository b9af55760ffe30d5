import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import { readImage, type ImageReading } from '../ocr/read-image.js';
import { createLine, computeMedian, type Line } from './line.js';
import type { Page } from './page-state.js';
import type { PdfDocument } from './pdf-document.js';
import type { RenderedPage } from './render-page.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'scratch' | 'progress'>;

/** Maximum time for OCR of one page, in milliseconds. A dense page takes a few seconds. */
const pageTimeoutMs = 120_000;
/** Approximate ratio of a line's font size to the median height of its words. */
const sizeToHeightRatio = 1.3;

export interface OcrResult {
  readonly pages: readonly Page[];
  /** The 1-based numbers of the pages that were rotated. */
  readonly rotatedPages: readonly number[];
  /** The reason why OCR failed, for warnings and errors. */
  readonly problem: string | undefined;
}

/**
 * Reads pages by OCR, one at a time. `auto` selects pages with graphics but no text, pages with a large image and little text, and pages
 * whose fonts map too few characters to Unicode. `always` selects every page that is neither empty nor damaged. A page stays unchanged if
 * OCR exceeds the time limit or, with `auto`, fails.
 *
 * @throws With `always`, any OCR error, such as a `ModuleError` if a language is not installed. With `auto`, an OCR error only if it is a
 *   system error, such as a full disk.
 */
export async function readPagesByOcr(
  document: PdfDocument,
  pages: readonly Page[],
  { ocr, language }: OcrOptions,
  context: Context,
): Promise<OcrResult> {
  const updatedPages = [...pages];
  const rotatedPages: number[] = [];
  let problem: string | undefined;
  const selected = pages.flatMap((page, i) => (needsOcr(page, ocr) ? [i] : []));
  for (const [done, index] of selected.entries()) {
    context.signal.throwIfAborted();
    context.progress(done, selected.length, `reading page ${index + 1} by OCR`);
    const page = pages[index];
    const image = document.usePage(index, (pdfPage) => pdfPage.render(context.limits.maxPixels));
    if (!page || !image) continue;
    try {
      const result = await readWithTimeout(image, language, context);
      if (!result) continue;
      if (result.quarterTurns > 0) rotatedPages.push(index + 1);
      updatedPages[index] = addRecognizedLines(page, result, image, ocr);
    } catch (error) {
      context.signal.throwIfAborted();
      // even with `auto`, rethrow a system error, such as a full disk, because the page did not cause it
      if (ocr === 'always' || (error as NodeJS.ErrnoException).errno !== undefined) throw error;
      if (error instanceof ModuleError) return { pages: updatedPages, rotatedPages, problem: error.message };
      problem = 'OCR failed.';
    }
  }
  return { pages: updatedPages, rotatedPages, problem };
}

function needsOcr({ state, isUnreadable }: Page, ocr: OcrOptions['ocr']): boolean {
  if (ocr === 'never' || state === 'empty' || state === 'damaged') return false;
  return ocr === 'always' || state !== 'text' || isUnreadable;
}

/** Returns `undefined` if the timeout expires. */
async function readWithTimeout(
  image: RenderedPage,
  language: string,
  context: Context,
): Promise<ImageReading | undefined> {
  const timeout = AbortSignal.timeout(pageTimeoutMs);
  try {
    return await readImage(image, language, { ...context, signal: AbortSignal.any([context.signal, timeout]) });
  } catch (error) {
    if (timeout.aborted && !context.signal.aborted) return undefined;
    throw error;
  }
}

function addRecognizedLines(
  page: Page,
  { lines, confidence }: ImageReading,
  image: RenderedPage,
  ocr: OcrOptions['ocr'],
): Page {
  const recognized = lines.map((line) => toLine(line, image));
  // with `auto`, keep the existing text, such as a stamp, unless it is unreadable
  const existing = ocr === 'auto' && !page.isUnreadable ? page.lines : [];
  const existingWords = new Set(existing.flatMap(({ text }) => text.split(/\s+/)));
  const added = recognized.filter(({ text }) => !text.split(/\s+/).every((word) => existingWords.has(word)));
  if (added.length === 0) return page;
  return { lines: [...existing, ...added], state: 'text', isUnreadable: false, hasBrokenWords: false, confidence };
}

function toLine({ words, paragraphId }: ImageReading['lines'][number], { height, scale }: RenderedPage): Line {
  const text = words.map((word) => word.text).join(' ');
  const left = Math.min(...words.map((word) => word.left)) / scale;
  const right = Math.max(...words.map((word) => word.left + word.width)) / scale;
  const bottom = computeMedian(words.map((word) => word.top + word.height));
  const fontSize = (computeMedian(words.map((word) => word.height)) / scale) * sizeToHeightRatio;
  return { ...createLine([{ text, left, right }], (height - bottom) / scale, fontSize), paragraphId };
}
