import { isPythonWhitespace, findTrimmedEnd, pythonWhitespaceClass } from '../../convert/python-whitespace.js';
import { containsSentenceBreak } from './punkt-break.js';
import type { PunktLanguage } from './punkt-language.js';
import { wordEnds } from './punkt-token.js';

/** A range of offsets in a text. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A position where a sentence may end. */
interface Candidate {
  /** The offset after the `.`, `?` or `!`. */
  readonly end: number;
  /** Where the next sentence starts if this sentence ends here. */
  readonly next: number;
  readonly contextStart: number;
  readonly contextEnd: number;
}

const possibleSentenceEnd = new RegExp(
  `[.?!](?=([${wordEnds}]|[${pythonWhitespaceClass}]+([^${pythonWhitespaceClass}]+)))`,
  'g',
);

/**
 * Splits text into sentences with Punkt (Kiss and Strunk, "Unsupervised Multilingual Sentence Boundary Detection", 2006).
 * This is a port of NLTK 3.8's tokenizer (Apache-2.0). It yields the same sentences, but runs in linear time.
 */
export function* splitWithPunkt(text: string, language: PunktLanguage): Generator<Span> {
  let pending: Span | undefined;
  for (const span of findSlices(text, language)) {
    const closingMarksEnd = pending ? findClosingMarksEnd(text, span) : span.start;
    const hasClosingMarks = closingMarksEnd > span.start;
    if (pending) yield* yieldIfNotEmpty({ start: pending.start, end: hasClosingMarks ? closingMarksEnd : pending.end });
    pending = { start: hasClosingMarks ? skipWhitespace(text, closingMarksEnd, span.end) : span.start, end: span.end };
  }
  if (pending) yield* yieldIfNotEmpty(pending);
}

function* yieldIfNotEmpty(span: Span): Generator<Span> {
  if (span.end > span.start) yield span;
}

/**
 * Returns the end of the quotes and brackets at the start of a slice if they close the previous sentence. Otherwise returns the start of
 * the slice.
 */
function findClosingMarksEnd(text: string, slice: Span): number {
  let end = slice.start;
  while (end < slice.end && `"')]}`.includes(text.charAt(end))) end++;
  const closes =
    end === slice.end ||
    isPythonWhitespace(text.charCodeAt(end)) ||
    (end + 2 <= slice.end && text.startsWith('--', end));
  return closes ? end : slice.start;
}

function skipWhitespace(text: string, at: number, end: number): number {
  while (at < end && isPythonWhitespace(text.charCodeAt(at))) at++;
  return at;
}

/** Yields the slices between sentence ends. A slice may start with quotes and brackets that close the previous sentence. */
function* findSlices(text: string, language: PunktLanguage): Generator<Span> {
  let start = 0;
  for (const candidate of findCandidates(text)) {
    if (!containsSentenceBreak(text.slice(candidate.contextStart, candidate.contextEnd), language)) continue;
    yield { start, end: candidate.end };
    start = candidate.next;
  }
  yield { start, end: findTrimmedEnd(text) };
}

/** Yields the positions where a sentence may end. Yields only the last position in each word, so `acting!!!` has one candidate. */
function* findCandidates(text: string): Generator<Candidate> {
  let pending: Candidate | undefined;
  let word: Span = { start: 0, end: 0 };
  for (const match of text.matchAll(possibleSentenceEnd)) {
    const at = match.index;
    const space = findLastAsciiWhitespace(text, word.end, at);
    const start = space > word.end ? space + 1 : word.start;
    if (pending && word.end <= start) yield pending;
    const [, after = '', nextWord] = match;
    const end = at + 1;
    pending = {
      end,
      next: nextWord === undefined ? end : end + after.length - nextWord.length,
      contextStart: start,
      contextEnd: end + after.length,
    };
    word = { start, end: at };
  }
  if (pending) yield pending;
}

function findLastAsciiWhitespace(text: string, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) {
    const code = text.charCodeAt(i);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return i;
  }
  return -1;
}
