import { isPythonWhitespace } from '../../convert/python-whitespace.js';
import type { PunktLanguage } from './punkt-language.js';
import { splitWithPunkt, type Span } from './punkt.js';

/** Matches the end of a sentence, including closing quotes and brackets, in scripts that Punkt does not support. */
const nonPunktSentenceEnd = /[。！？｡]+[”’」』）》〉]*|[।॥؟۔]+["'”’»)\]]*(?=\s)/gu;

/** Splits a text into sentences: with Punkt, and at the sentence ends of scripts that Punkt does not support. */
export function* splitIntoSentences(text: string, language: PunktLanguage): Generator<Span> {
  for (const { start, end } of splitWithPunkt(text, language)) {
    let from = start;
    for (const { 0: mark, index } of text.slice(start, end).matchAll(nonPunktSentenceEnd)) {
      const to = start + index + mark.length;
      if (to === end) break;
      yield { start: from, end: to };
      from = to;
      while (from < end && isPythonWhitespace(text.charCodeAt(from))) from++;
    }
    if (from < end) yield { start: from, end };
  }
}
