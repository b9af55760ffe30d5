import type { LineRange } from '../line-list.js';
import type { Links } from '../links.js';

interface FoundLines extends LineRange {
  /** Whether this is the whole page, because the quotation occurs on it several times. */
  readonly isPage: boolean;
}

interface TextPage extends LineRange {
  readonly text: string;
}

/** Returns the lines of each place in a text. Form feeds separate the pages of the text. */
export function findLines(lines: readonly string[], places: Links['places']): (FoundLines | undefined)[] {
  const pages = pagesOf(lines);
  return places.map((place) => {
    if (!place || !('quote' in place)) return place && { ...place, isPage: false };
    const page = pages[place.page - 1];
    return page && findQuote(page, place.quote);
  });
}

function pagesOf(lines: readonly string[]): TextPage[] {
  let next = 1;
  return lines
    .join('\n')
    .split('\f')
    .map((text) => {
      const first = next;
      next += breaksIn(text);
      return { text, first, last: first + breaksIn(text.trimEnd()) };
    });
}

function findQuote({ text, first, last }: TextPage, quote: string): FoundLines | undefined {
  // the server cuts a long quotation
  const passage = quote.replace(/…$/, '');
  const at = text.indexOf(passage);
  if (at < 0) return undefined;
  if (text.includes(passage, at + 1)) return { first, last, isPage: true };
  const line = first + breaksIn(text.slice(0, at));
  return { first: line, last: line + breaksIn(passage), isPage: false };
}

const breaksIn = (text: string) => text.split('\n').length - 1;
