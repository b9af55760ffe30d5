import { refersToField, parsePath, getRowPath, formatPath, type Leaf } from '../schema/paths.js';
import type { Source } from '../source.js';
import { findQuote, findValue, isCommon, supportsValue } from './find-value.js';
import { groundRow, type Candidate } from './ground-row.js';
import { TextIndex, type Span } from './text-index.js';

/** A model's quotations for a field, or for an object or list that contains the field. */
export interface FieldQuotes {
  readonly field: string;
  readonly quotes: readonly string[];
}

/** The maximum number of pages to cite for a field. An unquoted value on more pages is too common to be evidence. */
const maxPages = 5;
/** The minimum length, in characters, of a quotation that is evidence even if its value is common. */
const minConclusiveLength = 12;
/** Matches the ellipses with which models mark omissions in quotations. */
const ellipsis = /\s*(?:\.{3,}|…|\[…\]|\[\.\.\.\])\s*/;

/**
 * Finds the spans that are evidence for each field. Ignores quotations that are not in the text or do not support the value.
 *
 * @param within The part of the text that was sent to the model.
 * @returns The spans by field path. A field without evidence has no entry.
 */
export function groundFields(
  source: Source,
  leaves: readonly Leaf[],
  quotes: readonly FieldQuotes[],
  within: Span,
): Map<string, Span[]> {
  const parsedQuotes = quotes.map(({ field, quotes: texts }) => ({ keys: parsePath(field), texts }));
  const locator = new QuoteLocator(source.index, within);
  const candidatesByRow = new Map<string, Candidate[]>();
  const spansByPath = new Map<string, Span[]>();
  for (const leaf of leaves) {
    const fieldQuotes = parsedQuotes.filter(({ keys }) => refersToField(keys, leaf.path)).flatMap(({ texts }) => texts);
    const candidates = findCandidates(
      source,
      leaf,
      fieldQuotes.flatMap((quote) => locator.locate(quote)),
      within,
    );
    const row = formatPath(getRowPath(leaf.path));
    if (row === '') {
      const spans = chooseSpans(candidates);
      if (spans.length > 0) spansByPath.set(formatPath(leaf.path), spans);
    } else candidatesByRow.set(row, [...(candidatesByRow.get(row) ?? []), ...candidates]);
  }
  for (const candidates of candidatesByRow.values()) {
    for (const [leaf, spans] of groundRow(candidates)) spansByPath.set(formatPath(leaf.path), spans);
  }
  return spansByPath;
}

/** Locates the quotations in a response. Caches the results, because several fields can have the same quotation. */
class QuoteLocator {
  readonly #index: TextIndex;
  readonly #within: Span;
  readonly #cache = new Map<string, LocatedQuote[]>();

  constructor(index: TextIndex, within: Span) {
    this.#index = index;
    this.#within = within;
  }

  /** Locates a quotation. If the quotation contains ellipses, also locates the parts between them. */
  locate(quote: string): LocatedQuote[] {
    const cached = this.#cache.get(quote);
    if (cached) return cached;
    const parts = [quote, ...(ellipsis.test(quote) ? quote.split(ellipsis) : [])].filter((part) => part.trim() !== '');
    const located = parts.map((part) => ({
      textIndex: new TextIndex(part),
      spans: findQuote(this.#index, part, this.#within),
    }));
    this.#cache.set(quote, located);
    return located;
  }
}

/** A quotation, or a part of a quotation that contains ellipses. */
interface LocatedQuote {
  /** The index of the quotation's text. */
  readonly textIndex: TextIndex;
  /** The occurrences of the quotation in the part of the text that was sent to the model. */
  readonly spans: readonly Span[];
}

function findCandidates(source: Source, leaf: Leaf, quotes: readonly LocatedQuote[], within: Span): Candidate[] {
  const { index } = source;
  const quotedSpans = quotes
    .filter(({ spans, textIndex }) => spans.length > 0 && supportsValue(textIndex, leaf))
    .flatMap(({ spans }) => spans);
  const quoted = [...new Map(quotedSpans.map((span) => [span.start, span])).values()];
  const starts = new Set(quoted.map(({ start }) => start));
  const isInRow = getRowPath(leaf.path).length > 0;
  // in a list row, also consider unquoted occurrences, because the quotation may be from the wrong row
  const unquoted = quoted.length > 0 && !isInRow ? [] : findValue(index, leaf, within);
  const toCandidate = (span: Span, isQuoted: boolean): Candidate => {
    const passage = source.text.slice(span.start, span.end);
    return {
      leaf,
      span,
      line: index.getLineAt(span.start),
      unitIndex: source.getUnitIndexAt(span.start),
      isQuoted,
      isCommon: isCommon(leaf, passage),
      mayBeCoincidence: mayBeCoincidence(passage, leaf, isQuoted),
    };
  };
  return [
    ...quoted.map((span) => toCandidate(span, true)),
    ...unquoted.filter(({ start }) => !starts.has(start)).map((span) => toCandidate(span, false)),
  ];
}

/** Chooses the spans of a field that is not in a list, at most one per page. Returns an empty list if there is too little evidence. */
function chooseSpans(candidates: readonly Candidate[]): Span[] {
  const quoted = candidates.filter(({ isQuoted }) => isQuoted);
  const conclusive = (quoted.length > 0 ? quoted : candidates).filter((candidate) => !candidate.mayBeCoincidence);
  const spanByUnit = new Map<number, Span>();
  for (const { unitIndex, span } of conclusive) if (!spanByUnit.has(unitIndex)) spanByUnit.set(unitIndex, span);
  const spans = [...spanByUnit.values()];
  return quoted.length > 0 || spans.length <= maxPages ? spans.slice(0, maxPages) : [];
}

/** Returns whether a passage could contain a value by chance. */
function mayBeCoincidence(passage: string, leaf: Leaf, isQuoted: boolean): boolean {
  if (isQuoted) return isCommon(leaf, passage) && passage.length < minConclusiveLength;
  return leaf.node.values !== undefined || isCommon(leaf, passage);
}
