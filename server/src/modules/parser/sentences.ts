import { isWhitespace } from '../../convert/python-whitespace.js';
import type { PunktLanguage } from './punkt-language.js';
import { splitWithPunkt, type Span } from './punkt.js';

/** Matches the ends of sentences, with closing quotes, in scripts that Punkt does not support. */
const unsupportedEnd = /[。！？｡]+[”’」』）》〉]*|[।॥؟۔]+["'”’»)\]]*(?=\s)/gu;

/** Yields the sentences that Punkt finds, and also splits them at sentence ends in scripts that Punkt does not support. */
export function* splitIntoSentences(text: string, language: PunktLanguage): Generator<Span> {
  for (const { start, end } of splitWithPunkt(text, language)) {
    let from = start;
    for (const { 0: mark, index } of text.slice(start, end).matchAll(unsupportedEnd)) {
      const to = start + index + mark.length;
      if (to === end) break;
      yield { start: from, end: to };
      from = to;
      while (from < end && isWhitespace(text.charCodeAt(from))) from++;
    }
    if (from < end) yield { start: from, end };
  }
}
