import type { DocumentText, OcrRange, PageRange } from '../document-text.js';
import { joinWords, markHyphens } from './join-words.js';
import type { Line } from './line.js';
import type { Page } from './page-state.js';
import { endsSentence, continuesSentence, separateParagraphs } from './paragraphs.js';
import { removeHeadersAndFooters } from './headers-and-footers.js';

interface PlacedLine extends Line {
  readonly page: number;
  /** The line breaks to write before the line. */
  readonly separator: string;
}

/** Joins the lines of all pages into one text. Blank lines separate paragraphs. */
export function joinPages(pages: readonly Page[]): DocumentText {
  const lines = joinWords(markHyphens(placeLines(pages)));
  const parts: string[] = [];
  const ocr: OcrRange[] = [];
  const ranges: (PageRange | undefined)[] = [];
  let length = 0;
  let last: { page: number; start: number } | undefined;
  for (const [i, { text, separator, page }] of lines.entries()) {
    const before = i === 0 ? '' : separator;
    parts.push(before, text);
    const start = length + before.length;
    length = start + text.length;
    ranges[page] = { start: ranges[page]?.start ?? start, end: length };
    const confidence = pages[page]?.confidence;
    if (last?.page === page && confidence !== undefined)
      ocr.splice(-1, 1, { start: last.start, end: length, confidence });
    else if (confidence === undefined) last = undefined;
    else {
      last = { page, start };
      ocr.push({ start, end: length, confidence });
    }
  }
  const text = parts.join('');
  return { text, paragraphs: 'blank-lines', ...(ocr.length > 0 && { ocr }), pages: completeRanges(pages, ranges) };
}

/** Returns the ranges of all pages, including pages without text. */
function completeRanges(pages: readonly Page[], found: readonly (PageRange | undefined)[]): PageRange[] {
  let end = 0;
  return pages.map(({ state, isUnreadable }, i) => {
    const range = found[i] ?? { start: end, end };
    end = range.end;
    const isUnread = isUnreadable || state === 'image' || state === 'stamp' || state === 'damaged';
    return isUnread ? { ...range, isUnread } : range;
  });
}

function placeLines(pages: readonly Page[]): PlacedLine[] {
  const lines: PlacedLine[] = [];
  let previous: readonly Line[] = [];
  for (const [page, body] of removeHeadersAndFooters(pages.map((source) => source.lines)).entries()) {
    const [first] = body;
    if (!first) continue;
    const last = previous.at(-1);
    // if a page ends with a full stop, it is unknown whether the paragraph continues, so no blank line is added
    const mayContinue = !last || endsSentence(last.text) || continuesSentence(last, first, previous);
    let separator = mayContinue ? '\n' : '\n\n';
    for (const line of separateParagraphs(body)) {
      if (line) lines.push({ ...line, page, separator });
      separator = line ? '\n' : '\n\n';
    }
    previous = body;
  }
  return lines;
}
