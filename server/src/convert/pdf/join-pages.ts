import type { DocumentText, OcrRange, PageRange } from '../document-text.js';
import { joinWords, markHyphens } from './join-words.js';
import type { Line } from './line.js';
import type { Page } from './page-state.js';
import { endsSentence, continuesSentence, separateParagraphs } from './paragraphs.js';
import { removeHeadersAndFooters } from './headers-and-footers.js';

interface DocumentLine extends Line {
  readonly pageIndex: number;
  /** The line breaks to write before the line. */
  readonly separator: string;
}

/** Joins the lines of all pages into one text. Blank lines separate paragraphs. */
export function joinPages(pages: readonly Page[]): DocumentText {
  const lines = joinWords(markHyphens(collectLines(pages)));
  const parts: string[] = [];
  const ocr: OcrRange[] = [];
  const ranges: (PageRange | undefined)[] = [];
  let length = 0;
  let currentOcr: { pageIndex: number; start: number } | undefined;
  for (const [i, { text, separator, pageIndex }] of lines.entries()) {
    const lineBreaks = i === 0 ? '' : separator;
    parts.push(lineBreaks, text);
    const start = length + lineBreaks.length;
    length = start + text.length;
    ranges[pageIndex] = { start: ranges[pageIndex]?.start ?? start, end: length };
    const confidence = pages[pageIndex]?.confidence;
    if (currentOcr?.pageIndex === pageIndex && confidence !== undefined)
      ocr.splice(-1, 1, { start: currentOcr.start, end: length, confidence });
    else if (confidence === undefined) currentOcr = undefined;
    else {
      currentOcr = { pageIndex, start };
      ocr.push({ start, end: length, confidence });
    }
  }
  const text = parts.join('');
  return { text, paragraphs: 'blank-lines', ...(ocr.length > 0 && { ocr }), pages: completeRanges(pages, ranges) };
}

/** Returns a range for each page, empty if the page has no text. Marks pages with content that was not read. */
function completeRanges(pages: readonly Page[], found: readonly (PageRange | undefined)[]): PageRange[] {
  let end = 0;
  return pages.map(({ state, isUnreadable }, i) => {
    const range = found[i] ?? { start: end, end };
    end = range.end;
    const hasUnreadContent = isUnreadable || state === 'image' || state === 'stamp' || state === 'damaged';
    return hasUnreadContent ? { ...range, hasUnreadContent } : range;
  });
}

function collectLines(pages: readonly Page[]): DocumentLine[] {
  const lines: DocumentLine[] = [];
  let previousBody: readonly Line[] = [];
  for (const [pageIndex, body] of removeHeadersAndFooters(pages.map((page) => page.lines)).entries()) {
    const [first] = body;
    if (!first) continue;
    const last = previousBody.at(-1);
    // the paragraph may continue after a page that ends with a complete sentence, so add no blank line
    const mayContinue = !last || endsSentence(last.text) || continuesSentence(last, first, previousBody);
    let separator = mayContinue ? '\n' : '\n\n';
    for (const line of separateParagraphs(body)) {
      if (line) lines.push({ ...line, pageIndex, separator });
      separator = line ? '\n' : '\n\n';
    }
    previousBody = body;
  }
  return lines;
}
