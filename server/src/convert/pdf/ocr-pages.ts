import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import { readImage, type ImageReading } from '../ocr/read-image.js';
import { createLine, median, type Line } from './line.js';
import type { Page } from './page-state.js';
import type { PdfDocument } from './pdf-document.js';
import type { RenderedPage } from './render-page.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'scratch' | 'progress'>;

/** Maximum time for one page, in milliseconds. A dense page takes a few seconds. */
const maxPageMs = 120_000;
/** The font size of a line, in multiples of the median height of its words. */
const sizePerHeight = 1.3;

export interface OcrResult {
  readonly pages: readonly Page[];
  /** The 1-based numbers of the pages that were rotated. */
  readonly rotatedPages: readonly number[];
  /** The reason why OCR was not possible or failed, for a warning. */
  readonly problem: string | undefined;
}

/**
 * Reads pages by OCR, one at a time. `auto` reads scanned pages, and pages with fonts that do not map characters to Unicode. `always`
 * reads every page that is neither empty nor damaged. A page that takes too long is left unchanged.
 *
 * @throws With `always`, any OCR error, such as a `ModuleError` if a language is not installed. With `auto`, only system errors, such
 *   as a full disk.
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
    const image = document.usePage(index, (open) => open.render(context.limits.maxPixels));
    if (!page || !image) continue;
    try {
      const result = await readWithTimeout(image, language, context);
      if (!result) continue;
      if (result.turns > 0) rotatedPages.push(index + 1);
      updatedPages[index] = addRecognized(page, result, image, ocr);
    } catch (error) {
      context.signal.throwIfAborted();
      // a system error, such as a full disk, is not caused by the page, so the run fails
      if (ocr === 'always' || (error as NodeJS.ErrnoException).code !== undefined) throw error;
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
  const timeout = AbortSignal.timeout(maxPageMs);
  try {
    return await readImage(image, language, { ...context, signal: AbortSignal.any([context.signal, timeout]) });
  } catch (error) {
    if (timeout.aborted && !context.signal.aborted) return undefined;
    throw error;
  }
}

function addRecognized(
  page: Page,
  { lines, confidence }: ImageReading,
  image: RenderedPage,
  ocr: OcrOptions['ocr'],
): Page {
  const recognized = lines.map((line) => toLine(line, image));
  // keep existing text, such as a stamp, unless its font is unreadable
  const existing = ocr === 'auto' && !page.isUnreadable ? page.lines : [];
  const existingWords = new Set(existing.flatMap(({ text }) => text.split(/\s+/)));
  const added = recognized.filter(({ text }) => !text.split(/\s+/).every((word) => existingWords.has(word)));
  if (added.length === 0) return page;
  return { lines: [...existing, ...added], state: 'text', isUnreadable: false, hasBrokenWords: false, confidence };
}

function toLine({ words, paragraph }: ImageReading['lines'][number], { height, scale }: RenderedPage): Line {
  const text = words.map((word) => word.text).join(' ');
  const left = Math.min(...words.map((word) => word.left)) / scale;
  const right = Math.max(...words.map((word) => word.left + word.width)) / scale;
  const bottom = median(words.map((word) => word.top + word.height));
  const size = (median(words.map((word) => word.height)) / scale) * sizePerHeight;
  return { ...createLine([{ text, left, right }], (height - bottom) / scale, size), paragraph };
}
