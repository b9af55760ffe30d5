import { isPythonWhitespace } from '../../convert/python-whitespace.js';
import { stopWords, splitIntoWords } from './words.js';

/** A word and its position in the text. */
interface Keyword {
  /** The word in lower case, not reduced to the singular. */
  readonly word: string;
  /** 1-based line number. */
  readonly line: number;
  /** 1-based position in the line, counted in whitespace-separated tokens. */
  readonly number: number;
}

/** Yields the words of a text in order, without stop words. */
export function* findKeywords(text: string): Generator<Keyword> {
  let line = 1;
  let number = 0;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x0a;
    if (!isPythonWhitespace(code)) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) {
      number++;
      for (const word of splitIntoWords(text.slice(start, at))) if (!stopWords.has(word)) yield { word, line, number };
      start = -1;
    }
    if (code === 0x0a) {
      line++;
      number = 0;
    }
  }
}
