import type { LineRange } from '../line-list.js';
import type { InputReferences } from '../input-references.js';

interface LocatedLines extends LineRange {
  /** Whether the range is the whole page, because the quotation occurs there more than once. */
  readonly isWholePage: boolean;
}

interface TextPage extends LineRange {
  readonly text: string;
}

/**
 * Returns the line range of each location; `undefined` if the location is unknown or its quotation is not found.
 * Form feeds in the text separate pages.
 */
export function locateLines(
  lines: readonly string[],
  locations: InputReferences['locations'],
): (LocatedLines | undefined)[] {
  const pages = splitPages(lines);
  return locations.map((location) => {
    if (!location || !('quote' in location)) return location && { ...location, isWholePage: false };
    const page = pages[location.page - 1];
    return page && findQuote(page, location.quote);
  });
}

function splitPages(lines: readonly string[]): TextPage[] {
  let nextLine = 1;
  return lines
    .join('\n')
    .split('\f')
    .map((text) => {
      const first = nextLine;
      nextLine += countLineBreaks(text);
      return { text, first, last: first + countLineBreaks(text.trimEnd()) };
    });
}

function findQuote({ text, first, last }: TextPage, quote: string): LocatedLines | undefined {
  // the server ends a truncated quotation with an ellipsis
  const passage = quote.replace(/…$/, '');
  const start = text.indexOf(passage);
  if (start < 0) return undefined;
  if (text.includes(passage, start + 1)) return { first, last, isWholePage: true };
  const line = first + countLineBreaks(text.slice(0, start));
  return { first: line, last: line + countLineBreaks(passage), isWholePage: false };
}

const countLineBreaks = (text: string) => text.split('\n').length - 1;
