import { isWhitespace } from '../../convert/python-whitespace.js';
import type { FixedParams } from './fixed-params.js';
import type { Snippet } from './snippet.js';

interface Word {
  readonly text: string;
  readonly line: number;
  readonly end: number;
}

/** The model `fixed`: so many words each, the last ones of a snippet being the first ones of the next. */
export function* fixedSnippets(text: string, { chunkSize, overlapSize }: FixedParams): Generator<Snippet> {
  let words: Word[] = [];
  let fresh = false;
  for (const word of wordsOf(text)) {
    words.push(word);
    fresh = true;
    if (words.length < chunkSize) continue;
    yield toSnippet(words, word.end);
    words = words.slice(chunkSize - overlapSize);
    fresh = false;
  }
  const last = words.at(-1);
  if (fresh && last) yield toSnippet(words, last.end);
}

function toSnippet(words: readonly Word[], end: number): Snippet {
  return {
    snippet: words.map((word) => word.text).join(' '),
    lines: [...new Set(words.map((word) => word.line))],
    end,
  };
}

function* wordsOf(text: string): Generator<Word> {
  let line = 1;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    if (!isWhitespace(code)) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) yield { text: text.slice(start, at), line, end: at };
    start = -1;
    if (code === 0x0a) line++;
  }
}
