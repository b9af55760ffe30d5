import { isWhitespace } from '../../convert/python-whitespace.js';
import { stopWords, wordsOf } from './words.js';

/** A word of a text and its position. */
interface Keyword {
  /** As in the text, in lower case. */
  readonly word: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based position of its white-space separated token in the line. */
  readonly number: number;
}

/** Yields all words of a text except stop words, in text order. */
export function* keywordsOf(text: string): Generator<Keyword> {
  let line = 1;
  let number = 0;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x0a;
    if (!isWhitespace(code)) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) {
      number++;
      for (const word of wordsOf(text.slice(start, at))) if (!stopWords.has(word)) yield { word, line, number };
      start = -1;
    }
    if (code === 0x0a) {
      line++;
      number = 0;
    }
  }
}
