import { splitText } from '../../models/split-text.js';
import type { Span } from './grounding/text-index.js';
import type { Source } from './source.js';

/**
 * The number of parts of the maximum length that fit into a window. If there is room, a window repeats the last part of the previous
 * window, so that a short passage at the boundary, such as a table row, is usually complete in one of the two windows.
 */
const partsPerWindow = 4;
/** The minimum length of a span to split, in characters. An endpoint is unlikely to reject a shorter text because of its length. */
const minSplitLength = 500;
/** The assumed number of characters per token in Latin and in other scripts, until the endpoint reports a token count. */
const latinCharactersPerToken = 3;
const nonLatinCharactersPerToken = 1;
/** The proportion of non-Latin characters above which `nonLatinCharactersPerToken` applies. */
const nonLatinThreshold = 0.3;
/** The proportion of a window to fill. The rest is a margin, because the number of tokens is only an estimate. */
const fillRatio = 0.85;

/**
 * Splits a span of a source into windows of at most `maxCharacters`. A window ends at the end of a page, item or sentence if possible.
 */
export function splitIntoWindows({ text, units }: Source, { start, end }: Span, maxCharacters: number): Span[] {
  if (end - start <= maxCharacters) return [{ start, end }];
  const partLength = Math.max(1, Math.floor(maxCharacters / partsPerWindow));
  const parts = units
    .filter((unit) => unit.end > start && unit.start < end)
    .flatMap((unit) => splitIntoParts(text, Math.max(start, unit.start), Math.min(end, unit.end), partLength));
  const windows: Span[] = [];
  let firstIndex = 0;
  for (const [i, part] of parts.entries()) {
    const firstPart = parts[firstIndex] ?? part;
    if (i === firstIndex || part.end - firstPart.start <= maxCharacters) continue;
    const previous = parts[i - 1] ?? part;
    windows.push({ start: firstPart.start, end: previous.end });
    firstIndex = i - 1 > firstIndex && part.end - previous.start <= maxCharacters ? i - 1 : i;
  }
  const lastWindowStart = parts[firstIndex]?.start;
  return lastWindowStart === undefined ? windows : [...windows, { start: lastWindowStart, end }];
}

function splitIntoParts(text: string, start: number, end: number, length: number): Span[] {
  let offset = start;
  return splitText(text.slice(start, end), length, (piece) => piece.length).map((piece) => {
    const part = { start: offset, end: offset + piece.length };
    offset = part.end;
    return part;
  });
}

/** Splits a span into windows of at most 60% of its length. Returns `undefined` if the span is too short to split. */
export function splitIntoSmallerWindows(source: Source, span: Span): Span[] | undefined {
  const length = span.end - span.start;
  return length < minSplitLength ? undefined : splitIntoWindows(source, span, Math.ceil(length * 0.6));
}

/** Estimates how many characters fit into a window. The endpoint's token counts improve the estimate. */
export class WindowSizeEstimator {
  readonly #windowTokens: number | undefined;
  readonly #fallbackCharacters: number;
  #charactersPerToken: number;

  /**
   * @param windowTokens The size of a window, in tokens.
   * @param fallbackCharacters The size of a window, in characters, if `windowTokens` is `undefined`.
   */
  constructor(text: string, windowTokens: number | undefined, fallbackCharacters: number) {
    this.#windowTokens = windowTokens;
    this.#fallbackCharacters = fallbackCharacters;
    const sample = text.slice(0, 10_000);
    const nonLatinCount = sample.match(/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/gu)?.length ?? 0;
    const isNonLatin = nonLatinCount > nonLatinThreshold * sample.length;
    this.#charactersPerToken = isNonLatin ? nonLatinCharactersPerToken : latinCharactersPerToken;
  }

  /** The estimated size of a window, in characters. */
  get windowCharacters(): number {
    if (this.#windowTokens === undefined) return this.#fallbackCharacters;
    return Math.max(1, Math.floor(this.#windowTokens * this.#charactersPerToken * fillRatio));
  }

  /** Updates the estimate with the endpoint's token count for a request. */
  update(characters: number, tokens: number): void {
    if (tokens > 0) this.#charactersPerToken = Math.min(6, Math.max(0.5, characters / tokens));
  }
}
