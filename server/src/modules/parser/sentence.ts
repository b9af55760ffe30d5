import type { Snippet } from './snippet.js';
import { loadPunktLanguage } from './punkt-language.js';
import { punktSentences } from './punkt.js';

/** The model `sentence`: every sentence as it stands in the text, with its lines. */
export function* sentenceSnippets(text: string, language: string): Generator<Snippet> {
  const lineAt = createLineCounter(text);
  let line = 1;
  for (const { start, end } of punktSentences(text, loadPunktLanguage(language))) {
    // a gap with line ends in it belongs to the sentence behind it, blank lines too, but for the first line end
    const startsOnNewLine = start > 0 && lineAt(start) > line;
    const first = startsOnNewLine ? line + 1 : line;
    line = lineAt(end);
    yield { snippet: text.slice(start, end), lines: range(first, line), end };
  }
}

/** Gives the line of a position, for positions that never go back; every line end is looked for once. */
function createLineCounter(text: string): (position: number) => number {
  let line = 1;
  let next = text.indexOf('\n');
  return (position) => {
    while (next !== -1 && next < position) {
      line++;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
