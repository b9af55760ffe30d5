import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import { readImage, type ReadImage } from '../ocr/read-image.js';
import { makeLine, median, type Line } from './line.js';
import type { Page } from './page-state.js';
import type { PdfDocument } from './pdf-document.js';
import type { RenderedPage } from './render-page.js';

type Context = Pick<ModuleContext, 'limits' | 'signal' | 'scratch' | 'progress'>;

/** Maximum time for one page, in milliseconds. A dense page takes some seconds. */
const maxPageMs = 120_000;
/** The font size of a line, in multiples of the median height of its words. */
const fontSize = 1.3;

export interface OcrOutcome {
  readonly pages: readonly Page[];
  /** The 1-based numbers of the pages that were turned. */
  readonly turned: readonly number[];
  /** The reason why OCR was not possible. */
  readonly problem: string | undefined;
}

/**
 * Reads pages by OCR, one at a time. `auto` reads scans, and pages whose fonts do not map their characters to Unicode. `always` reads
 * every page that is neither empty nor damaged.
 *
 * @throws `ModuleError` if a language is not installed and `ocr` is `always`.
 */
export async function ocrPages(
  document: PdfDocument,
  pages: readonly Page[],
  { ocr, language }: OcrOptions,
  context: Context,
): Promise<OcrOutcome> {
  const read = [...pages];
  const turned: number[] = [];
  let problem: string | undefined;
  const chosen = pages.flatMap((page, i) => (needsOcr(page, ocr) ? [i] : []));
  for (const [done, index] of chosen.entries()) {
    context.signal.throwIfAborted();
    context.progress(done, chosen.length, `reading page ${index + 1} by OCR`);
    const page = pages[index];
    const image = document.usePage(index, (open) => open.render(context.limits.maxPixels));
    if (!page || !image) continue;
    try {
      const result = await readBounded(image, language, context);
      if (!result) continue;
      if (result.turns > 0) turned.push(index + 1);
      read[index] = withOcr(page, result, image, ocr);
    } catch (error) {
      context.signal.throwIfAborted();
      // a system error, such as a full disk, is not the page's fault
      if (ocr === 'always' || (error as NodeJS.ErrnoException).code !== undefined) throw error;
      if (error instanceof ModuleError) return { pages: read, turned, problem: error.message };
      problem = 'OCR failed.';
    }
  }
  return { pages: read, turned, problem };
}

function needsOcr({ state, isUnreadable }: Page, ocr: OcrOptions['ocr']): boolean {
  if (ocr === 'never' || state === 'empty' || state === 'damaged') return false;
  return ocr === 'always' || state !== 'text' || isUnreadable;
}

/** Reads an image within the time limit. Returns `undefined` if it takes longer. */
async function readBounded(image: RenderedPage, language: string, context: Context): Promise<ReadImage | undefined> {
  const timeout = AbortSignal.timeout(maxPageMs);
  try {
    return await readImage(image, language, { ...context, signal: AbortSignal.any([context.signal, timeout]) });
  } catch (error) {
    if (timeout.aborted && !context.signal.aborted) return undefined;
    throw error;
  }
}

function withOcr(page: Page, { lines, confidence }: ReadImage, image: RenderedPage, ocr: OcrOptions['ocr']): Page {
  const recognized = lines.map((line) => toLine(line, image));
  // keep the page's own text, such as a stamp, unless its font is unreadable
  const own = ocr === 'auto' && !page.isUnreadable ? page.lines : [];
  const known = new Set(own.flatMap(({ text }) => text.split(/\s+/)));
  const others = recognized.filter(({ text }) => !text.split(/\s+/).every((word) => known.has(word)));
  if (others.length === 0) return page;
  return { lines: [...own, ...others], state: 'text', isUnreadable: false, hasBrokenWords: false, confidence };
}

function toLine({ words, paragraph }: ReadImage['lines'][number], { height, scale }: RenderedPage): Line {
  const text = words.map((word) => word.text).join(' ');
  const left = Math.min(...words.map((word) => word.left)) / scale;
  const right = Math.max(...words.map((word) => word.left + word.width)) / scale;
  const bottom = median(words.map((word) => word.top + word.height));
  const size = (median(words.map((word) => word.height)) / scale) * fontSize;
  return { ...makeLine([{ text, left, right }], (height - bottom) / scale, size), paragraph };
}
