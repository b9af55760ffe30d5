import { isWhitespace, trimmedEnd, whitespace } from '../../convert/python-whitespace.js';
import { containsBreak } from './punkt-break.js';
import type { PunktLanguage } from './punkt-language.js';
import { wordEnds } from './punkt-token.js';

/** A stretch of a text, from a position up to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place where a sentence may end. */
interface Candidate {
  /** Behind the `.`, `?` or `!`. */
  readonly end: number;
  /** Where the next sentence would start. */
  readonly next: number;
  readonly contextStart: number;
  readonly contextEnd: number;
}

const ender = new RegExp(`[.?!](?=([${wordEnds}]|[${whitespace}]+([^${whitespace}]+)))`, 'g');

/**
 * Cuts a text into sentences by Punkt: Kiss and Strunk, "Unsupervised Multilingual Sentence Boundary Detection" (2006).
 * A port of the tokenizer of NLTK 3.8 (Apache-2.0), sentence by sentence equal to it; in linear time.
 */
export function* punktSentences(text: string, language: PunktLanguage): Generator<Span> {
  let held: Span | undefined;
  for (const span of slices(text, language)) {
    const closersEnd = held ? findClosersEnd(text, span) : span.start;
    const pulls = closersEnd > span.start;
    if (held) yield* solid({ start: held.start, end: pulls ? closersEnd : held.end });
    held = { start: pulls ? skipWhitespace(text, closersEnd, span.end) : span.start, end: span.end };
  }
  if (held) yield* solid(held);
}

function* solid(span: Span): Generator<Span> {
  if (span.end > span.start) yield span;
}

/** Where the closing quotes and brackets end that belong to the sentence before; the slice's start where none do. */
function findClosersEnd(text: string, slice: Span): number {
  let end = slice.start;
  while (end < slice.end && `"')]}`.includes(text.charAt(end))) end++;
  const closes =
    end === slice.end || isWhitespace(text.charCodeAt(end)) || (end + 2 <= slice.end && text.startsWith('--', end));
  return closes ? end : slice.start;
}

function skipWhitespace(text: string, at: number, end: number): number {
  while (at < end && isWhitespace(text.charCodeAt(at))) at++;
  return at;
}

function* slices(text: string, language: PunktLanguage): Generator<Span> {
  let start = 0;
  for (const candidate of candidates(text)) {
    if (!containsBreak(text.slice(candidate.contextStart, candidate.contextEnd), language)) continue;
    yield { start, end: candidate.end };
    start = candidate.next;
  }
  yield { start, end: trimmedEnd(text) };
}

/** The possible ends, the last one of each word only: `acting!!!` has one. */
function* candidates(text: string): Generator<Candidate> {
  let held: Candidate | undefined;
  let word: Span = { start: 0, end: 0 };
  for (const match of text.matchAll(ender)) {
    const at = match.index;
    const space = lastAsciiSpace(text, word.end, at);
    const start = space > word.end ? space + 1 : word.start;
    if (held && word.end <= start) yield held;
    const [, after = '', nextWord] = match;
    const end = at + 1;
    held = {
      end,
      next: nextWord === undefined ? end : end + after.length - nextWord.length,
      contextStart: start,
      contextEnd: end + after.length,
    };
    word = { start, end: at };
  }
  if (held) yield held;
}

function lastAsciiSpace(text: string, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) {
    const code = text.charCodeAt(i);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return i;
  }
  return -1;
}
