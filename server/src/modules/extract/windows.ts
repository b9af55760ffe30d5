import { splitText } from '../../models/split-text.js';
import type { Span } from './grounding/text-index.js';
import type { Source } from './source.js';

/**
 * The number of full-length parts per window. If there is room, a window repeats the last part of the previous window, so that a row at
 * the boundary is complete in one of the two windows.
 */
const partsPerWindow = 4;
/** The minimum length of a text to split, in characters. The endpoint does not refuse shorter texts for their length. */
const minCharacters = 500;
/** The assumed characters per token for Latin and for other scripts, until the endpoint has counted tokens. */
const latinCharactersPerToken = 3;
const otherCharactersPerToken = 1;
/** The proportion of non-Latin characters above which `otherCharactersPerToken` applies. */
const minOtherRatio = 0.3;
/** The proportion of a window to fill, because the number of tokens is only an estimate. */
const fillRatio = 0.85;

/** Splits a part of a source into overlapping windows of at most `maxCharacters`, between pages or items if possible. */
export function splitIntoWindows({ text, units }: Source, { start, end }: Span, maxCharacters: number): Span[] {
  if (end - start <= maxCharacters) return [{ start, end }];
  const partLength = Math.max(1, Math.floor(maxCharacters / partsPerWindow));
  const parts = units
    .filter((unit) => unit.end > start && unit.start < end)
    .flatMap((unit) => splitIntoParts(text, Math.max(start, unit.start), Math.min(end, unit.end), partLength));
  const windows: Span[] = [];
  /** The index of the current window's first part. */
  let first = 0;
  for (const [i, part] of parts.entries()) {
    const firstPart = parts[first] ?? part;
    if (i === first || part.end - firstPart.start <= maxCharacters) continue;
    const previous = parts[i - 1] ?? part;
    windows.push({ start: firstPart.start, end: previous.end });
    first = i - 1 > first && part.end - previous.start <= maxCharacters ? i - 1 : i;
  }
  const lastWindowStart = parts[first]?.start;
  return lastWindowStart === undefined ? windows : [...windows, { start: lastWindowStart, end }];
}

function splitIntoParts(text: string, start: number, end: number, length: number): Span[] {
  let offset = start;
  return splitText(text.slice(start, end), length, (chunk) => chunk.length).map((chunk) => {
    const part = { start: offset, end: offset + chunk.length };
    offset = part.end;
    return part;
  });
}

/** Splits a span into windows of about half its length. Returns `undefined` if the span is too short to split. */
export function splitInHalves(source: Source, span: Span): Span[] | undefined {
  const length = span.end - span.start;
  return length < minCharacters ? undefined : splitIntoWindows(source, span, Math.ceil(length * 0.6));
}

/** Estimates how many characters fit into a window. The endpoint's token counts improve the estimate. */
export class TokenEstimate {
  readonly #tokens: number | undefined;
  readonly #characters: number;
  #charactersPerToken: number;

  /**
   * @param tokens The size of a window in tokens.
   * @param characters The size of a window in characters if `tokens` is `undefined`.
   */
  constructor(text: string, tokens: number | undefined, characters: number) {
    this.#tokens = tokens;
    this.#characters = characters;
    const sample = text.slice(0, 10_000);
    const otherCount = sample.match(/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/gu)?.length ?? 0;
    const isOther = otherCount > minOtherRatio * sample.length;
    this.#charactersPerToken = isOther ? otherCharactersPerToken : latinCharactersPerToken;
  }

  /** The estimated size of a window, in characters. */
  get windowCharacters(): number {
    if (this.#tokens === undefined) return this.#characters;
    return Math.max(1, Math.floor(this.#tokens * this.#charactersPerToken * fillRatio));
  }

  /** Updates the estimate with the endpoint's token count for a request. */
  update(characters: number, tokens: number): void {
    if (tokens > 0) this.#charactersPerToken = Math.min(6, Math.max(0.5, characters / tokens));
  }
}
