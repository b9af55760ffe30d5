import { meansField, readPath, rowOf, showPath, type Leaf } from '../schema/paths.js';
import type { Source } from '../source.js';
import { findQuote, findValue, isCommon, supports } from './find-value.js';
import { groundRow, type Candidate } from './ground-row.js';
import { TextIndex, type Span } from './text-index.js';

/** A model's quotations for a field, or for an object or list that contains the field. */
export interface Quotes {
  readonly field: string;
  readonly quotes: readonly string[];
}

/** Maximum number of pages with a field's value. If there are more, and none is quoted, the origin of the value is unknown. */
const maxPages = 5;
/** Minimum length of a quotation that is evidence even if its value is common, in characters. */
const minTelling = 12;
/** A mark with which models show an omission in a quotation. */
const ellipsis = /\s*(?:\.{3,}|…|\[…\]|\[\.\.\.\])\s*/;

/**
 * Finds the places of each field in the part of the text that the model has seen. A quotation that is not in the text, or does not
 * contain the value, is not evidence.
 *
 * @returns The places by path. Fields that were not found are absent.
 */
export function groundFields(
  source: Source,
  leaves: readonly Leaf[],
  quotes: readonly Quotes[],
  within: Span,
): Map<string, Span[]> {
  const said = quotes.map(({ field, quotes: passages }) => ({ keys: readPath(field), passages }));
  const passagesOf = new Passages(source.index, within);
  const byRow = new Map<string, Candidate[]>();
  const found = new Map<string, Span[]>();
  for (const leaf of leaves) {
    const passages = said.filter(({ keys }) => meansField(keys, leaf.path)).flatMap((quote) => quote.passages);
    const candidates = candidatesOf(
      source,
      leaf,
      passages.flatMap((passage) => passagesOf.parts(passage)),
      within,
    );
    const row = showPath(rowOf(leaf.path));
    if (row === '') {
      const places = placesOf(candidates);
      if (places.length > 0) found.set(showPath(leaf.path), places);
    } else byRow.set(row, [...(byRow.get(row) ?? []), ...candidates]);
  }
  for (const candidates of byRow.values()) {
    for (const [leaf, places] of groundRow(candidates)) found.set(showPath(leaf.path), places);
  }
  return found;
}

/** The quotations of a response. A quotation for several fields is searched only once. */
class Passages {
  readonly #index: TextIndex;
  readonly #within: Span;
  readonly #known = new Map<string, Passage[]>();

  constructor(index: TextIndex, within: Span) {
    this.#index = index;
    this.#within = within;
  }

  /** Returns a quotation, and its parts if it has omissions. */
  parts(quote: string): Passage[] {
    const known = this.#known.get(quote);
    if (known) return known;
    const parts = [quote, ...(ellipsis.test(quote) ? quote.split(ellipsis) : [])].filter((part) => part.trim() !== '');
    const passages = parts.map((part) => ({
      own: new TextIndex(part),
      places: findQuote(this.#index, part, this.#within),
    }));
    this.#known.set(quote, passages);
    return passages;
  }
}

interface Passage {
  readonly own: TextIndex;
  /** The places of the passage in the text. */
  readonly places: readonly Span[];
}

function candidatesOf(source: Source, leaf: Leaf, passages: readonly Passage[], within: Span): Candidate[] {
  const { index } = source;
  const found = passages
    .filter(({ places, own }) => places.length > 0 && supports(own, leaf))
    .flatMap(({ places }) => places);
  const quoted = [...new Map(found.map((place) => [place.start, place])).values()];
  const starts = new Set(quoted.map(({ start }) => start));
  const isRow = rowOf(leaf.path).length > 0;
  // in a row, the other fields decide between a quotation and other places of the value
  const valued = quoted.length > 0 && !isRow ? [] : findValue(index, leaf, within);
  const toCandidate = (place: Span, isQuoted: boolean): Candidate => {
    const passage = source.text.slice(place.start, place.end);
    return {
      leaf,
      place,
      line: index.lineAt(place.start),
      page: source.unitAt(place.start),
      isQuoted,
      isShort: isCommon(leaf, passage),
      isCommon: isChance(passage, leaf, isQuoted),
    };
  };
  return [
    ...quoted.map((place) => toCandidate(place, true)),
    ...valued.filter(({ start }) => !starts.has(start)).map((place) => toCandidate(place, false)),
  ];
}

/** Returns the places of a field that is in no list, at most one per page. Returns none if there is too little evidence. */
function placesOf(candidates: readonly Candidate[]): Span[] {
  const quoted = candidates.filter(({ isQuoted }) => isQuoted);
  const sure = (quoted.length > 0 ? quoted : candidates).filter(({ isCommon: isByChance }) => !isByChance);
  const byPage = new Map<number, Span>();
  for (const { page, place } of sure) if (!byPage.has(page)) byPage.set(page, place);
  const places = [...byPage.values()];
  return quoted.length > 0 || places.length <= maxPages ? places.slice(0, maxPages) : [];
}

/** Returns whether a passage may contain the value by chance. */
function isChance(passage: string, leaf: Leaf, isQuoted: boolean): boolean {
  if (isQuoted) return isCommon(leaf, passage) && passage.length < minTelling;
  return leaf.node.values !== undefined || isCommon(leaf, passage);
}
