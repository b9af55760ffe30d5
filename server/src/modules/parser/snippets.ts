import { isPythonWhitespace } from '../../convert/python-whitespace.js';
import type { DocumentText } from '../../convert/document-text.js';
import { splitDocumentIntoSentences, splitPlainTextIntoSentences } from './bounded-sentences.js';
import type { FixedParams } from './fixed-params.js';
import { loadPunktLanguage } from './punkt-language.js';

export interface Snippet {
  readonly snippet: string;
  /** 1-based line numbers, in ascending order. */
  readonly lines: readonly number[];
  /** The offset in the text where the snippet ends. */
  readonly end: number;
}

/** Implements the `sentence` model: yields sentences, or parts of long sentences, with their line numbers. */
export function* splitBySentence({ text, paragraphs }: DocumentText, language: string): Generator<Snippet> {
  const getLineAt = createLineLookup(text);
  if (paragraphs !== undefined) {
    for (const { start, end } of splitDocumentIntoSentences(text, paragraphs, loadPunktLanguage(language))) {
      const first = getLineAt(start);
      yield { snippet: text.slice(start, end), lines: listLines(first, getLineAt(end)), end };
    }
    return;
  }
  let line = 1;
  for (const { start, end } of splitPlainTextIntoSentences(text, loadPunktLanguage(language))) {
    // blank lines between two sentences count as lines of the second sentence
    const startsOnNewLine = start > 0 && getLineAt(start) > line;
    const first = startsOnNewLine ? line + 1 : line;
    line = getLineAt(end);
    yield { snippet: text.slice(start, end), lines: listLines(first, line), end };
  }
}

/** Creates a function that maps offsets to line numbers. It scans the text only once, so the offsets must be ascending. */
function createLineLookup(text: string): (offset: number) => number {
  let line = 1;
  let nextLineBreak = text.indexOf('\n');
  return (offset) => {
    while (nextLineBreak !== -1 && nextLineBreak < offset) {
      line++;
      nextLineBreak = text.indexOf('\n', nextLineBreak + 1);
    }
    return line;
  };
}

function listLines(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

interface Word {
  readonly text: string;
  readonly line: number;
  readonly end: number;
}

/**
 * Implements the `fixed` model: yields snippets of `chunkSize` words. Each snippet repeats the last `overlapSize` words of the previous
 * snippet. The last snippet can be shorter.
 */
export function* splitByWordCount(text: string, { chunkSize, overlapSize }: FixedParams): Generator<Snippet> {
  let words: Word[] = [];
  let hasNewWords = false;
  for (const word of splitIntoWords(text)) {
    words.push(word);
    hasNewWords = true;
    if (words.length < chunkSize) continue;
    yield toSnippet(words, word.end);
    words = words.slice(chunkSize - overlapSize);
    hasNewWords = false;
  }
  const last = words.at(-1);
  if (hasNewWords && last) yield toSnippet(words, last.end);
}

function toSnippet(words: readonly Word[], end: number): Snippet {
  return {
    snippet: words.map((word) => word.text).join(' '),
    lines: [...new Set(words.map((word) => word.line))],
    end,
  };
}

function* splitIntoWords(text: string): Generator<Word> {
  let line = 1;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    if (!isPythonWhitespace(code)) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) yield { text: text.slice(start, at), line, end: at };
    start = -1;
    if (code === 0x0a) line++;
  }
}
