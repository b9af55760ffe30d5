import { refersToField, readPath, getRowPath, showPath, type Leaf } from '../schema/paths.js';
import type { Source } from '../source.js';
import { findQuote, findValue, isCommon, supports } from './find-value.js';
import { groundRow, type Candidate } from './ground-row.js';
import { TextIndex, type Span } from './text-index.js';

/** A model's quotations for a field, or for an object or list that contains the field. */
export interface Quotes {
  readonly field: string;
  readonly quotes: readonly string[];
}

/** The maximum number of pages to cite for a field. An unquoted value on more pages is too common to be evidence. */
const maxPages = 5;
/** The minimum length, in characters, of a quotation that is evidence even if its value is common. */
const minConclusiveLength = 12;
/** Matches the marks that models use for omissions in quotations. */
const ellipsis = /\s*(?:\.{3,}|…|\[…\]|\[\.\.\.\])\s*/;

/**
 * Finds the spans that are evidence for each field. Ignores quotations that are not in the text or do not support the value.
 *
 * @param within The part of the text that the model has received.
 * @returns The spans of each field with evidence, by path.
 */
export function groundFields(
  source: Source,
  leaves: readonly Leaf[],
  quotes: readonly Quotes[],
  within: Span,
): Map<string, Span[]> {
  const parsedQuotes = quotes.map(({ field, quotes: passages }) => ({ keys: readPath(field), passages }));
  const quoteIndex = new QuoteIndex(source.index, within);
  const byRow = new Map<string, Candidate[]>();
  const spansByPath = new Map<string, Span[]>();
  for (const leaf of leaves) {
    const passages = parsedQuotes
      .filter(({ keys }) => refersToField(keys, leaf.path))
      .flatMap((quote) => quote.passages);
    const candidates = findCandidates(
      source,
      leaf,
      passages.flatMap((passage) => quoteIndex.locate(passage)),
      within,
    );
    const row = showPath(getRowPath(leaf.path));
    if (row === '') {
      const spans = chooseSpans(candidates);
      if (spans.length > 0) spansByPath.set(showPath(leaf.path), spans);
    } else byRow.set(row, [...(byRow.get(row) ?? []), ...candidates]);
  }
  for (const candidates of byRow.values()) {
    for (const [leaf, spans] of groundRow(candidates)) spansByPath.set(showPath(leaf.path), spans);
  }
  return spansByPath;
}

/** Locates the quotations of a response. Caches the results, because several fields can have the same quotation. */
class QuoteIndex {
  readonly #index: TextIndex;
  readonly #within: Span;
  readonly #cache = new Map<string, Passage[]>();

  constructor(index: TextIndex, within: Span) {
    this.#index = index;
    this.#within = within;
  }

  /** Locates a quotation. If the quotation has omissions, also locates the parts between them. */
  locate(quote: string): Passage[] {
    const cached = this.#cache.get(quote);
    if (cached) return cached;
    const parts = [quote, ...(ellipsis.test(quote) ? quote.split(ellipsis) : [])].filter((part) => part.trim() !== '');
    const passages = parts.map((part) => ({
      ownIndex: new TextIndex(part),
      spans: findQuote(this.#index, part, this.#within),
    }));
    this.#cache.set(quote, passages);
    return passages;
  }
}

interface Passage {
  /** The words and numbers of the passage. */
  readonly ownIndex: TextIndex;
  /** The occurrences of the passage in the document. */
  readonly spans: readonly Span[];
}

function findCandidates(source: Source, leaf: Leaf, passages: readonly Passage[], within: Span): Candidate[] {
  const { index } = source;
  const quotedSpans = passages
    .filter(({ spans, ownIndex }) => spans.length > 0 && supports(ownIndex, leaf))
    .flatMap(({ spans }) => spans);
  const quoted = [...new Map(quotedSpans.map((span) => [span.start, span])).values()];
  const starts = new Set(quoted.map(({ start }) => start));
  const isRow = getRowPath(leaf.path).length > 0;
  // in a row, the other fields decide between quotations and other occurrences of the value
  const unquoted = quoted.length > 0 && !isRow ? [] : findValue(index, leaf, within);
  const toCandidate = (span: Span, isQuoted: boolean): Candidate => {
    const passage = source.text.slice(span.start, span.end);
    return {
      leaf,
      span,
      line: index.lineAt(span.start),
      page: source.unitIndexAt(span.start),
      isQuoted,
      isShort: isCommon(leaf, passage),
      mayBeCoincidence: mayBeCoincidence(passage, leaf, isQuoted),
    };
  };
  return [
    ...quoted.map((span) => toCandidate(span, true)),
    ...unquoted.filter(({ start }) => !starts.has(start)).map((span) => toCandidate(span, false)),
  ];
}

/** Chooses the spans of a field outside lists, at most one per page. Returns an empty list if there is too little evidence. */
function chooseSpans(candidates: readonly Candidate[]): Span[] {
  const quoted = candidates.filter(({ isQuoted }) => isQuoted);
  const conclusive = (quoted.length > 0 ? quoted : candidates).filter(
    ({ mayBeCoincidence: isInconclusive }) => !isInconclusive,
  );
  const byPage = new Map<number, Span>();
  for (const { page, span } of conclusive) if (!byPage.has(page)) byPage.set(page, span);
  const spans = [...byPage.values()];
  return quoted.length > 0 || spans.length <= maxPages ? spans.slice(0, maxPages) : [];
}

/** Returns whether a passage may contain a value by chance. */
function mayBeCoincidence(passage: string, leaf: Leaf, isQuoted: boolean): boolean {
  if (isQuoted) return isCommon(leaf, passage) && passage.length < minConclusiveLength;
  return leaf.node.values !== undefined || isCommon(leaf, passage);
}
