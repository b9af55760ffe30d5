import type { Paragraphs } from '../../convert/document-text.js';
import { isPythonWhitespace, findTrimmedEnd } from '../../convert/python-whitespace.js';
import type { PunktLanguage } from './punkt-language.js';
import type { Span } from './punkt.js';
import { splitIntoSentences } from './sentences.js';

/**
 * The maximum length of a snippet of a converted document, in UTF-16 code units. Without a limit, a table or list without full stops could
 * become a single long snippet.
 */
const maxDocumentSnippetLength = 1000;
/** The maximum length of a snippet of plain text, in UTF-16 code units. Some sentences in novels exceed 1500 characters. */
const maxPlainTextSnippetLength = 2000;

/** Yields the sentences of plain text. Splits sentences longer than 2000 characters, preferably at line breaks, tabs or spaces. */
export function* splitPlainTextIntoSentences(text: string, language: PunktLanguage): Generator<Span> {
  for (const sentence of splitIntoSentences(text, language)) {
    if (sentence.end - sentence.start <= maxPlainTextSnippetLength) yield sentence;
    else yield* splitSentence(text, sentence, maxPlainTextSnippetLength);
  }
}

/**
 * Yields the sentences of a converted document. No sentence extends beyond the end of its paragraph. Splits sentences longer than 1000
 * characters, preferably at line breaks, tabs or spaces.
 */
export function* splitDocumentIntoSentences(
  text: string,
  paragraphs: Paragraphs,
  language: PunktLanguage,
): Generator<Span> {
  for (const paragraph of splitIntoParagraphs(text, paragraphs)) {
    const start = paragraph.start;
    for (const sentence of splitIntoSentences(text.slice(start, paragraph.end), language)) {
      yield* splitSentence(
        text,
        { start: start + sentence.start, end: start + sentence.end },
        maxDocumentSnippetLength,
      );
    }
  }
}

function* splitIntoParagraphs(text: string, paragraphs: Paragraphs): Generator<Span> {
  if (typeof paragraphs !== 'string') {
    for (const [index, start] of paragraphs.entries()) {
      yield { start, end: findTrimmedEnd(text, paragraphs[index + 1] ?? text.length) };
    }
    return;
  }
  let start = 0;
  for (const { 0: separator, index } of text.matchAll(paragraphs === 'lines' ? /\n+/g : /\n(?:[ \t]*\n)+/g)) {
    yield { start, end: index };
    start = index + separator.length;
  }
  yield { start, end: text.length };
}

function* splitSentence(text: string, sentence: Span, max: number): Generator<Span> {
  let start = skipWhitespace(text, sentence.start, sentence.end);
  while (sentence.end - start > max) {
    const split = findSplit(text, start, max);
    yield { start, end: findTrimmedEnd(text, split) };
    start = skipWhitespace(text, split, sentence.end);
  }
  if (sentence.end > start) yield { start, end: sentence.end };
}

/**
 * Returns the offset at which to split a long sentence: that of the last line break within the limit, or else of the last tab, or else of
 * the last space. Otherwise returns the limit, or the offset before it if the limit would split a surrogate pair.
 */
function findSplit(text: string, start: number, max: number): number {
  // search only a slice, because a backward search in the whole text could reach its beginning
  const part = text.slice(start, start + max + 1);
  for (const separator of ['\n', '\t', ' ']) {
    const at = part.lastIndexOf(separator);
    if (at > 0) return start + at;
  }
  const splitsSurrogatePair = /[\ud800-\udbff]/.test(text.charAt(start + max - 1));
  return start + max - (splitsSurrogatePair ? 1 : 0);
}

function skipWhitespace(text: string, at: number, end: number): number {
  while (at < end && isPythonWhitespace(text.charCodeAt(at))) at++;
  return at;
}
