import { parsePossibleNumbers } from '../response/numbers.js';

/** A range of offsets in a text. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface NumberToken extends Span {
  /** The possible values of the digits, most likely first. */
  readonly numbers: readonly number[];
}

/** The character between tokens. No token contains it. */
export const tokenSeparator = '\u001f';

/** The scripts that are written without spaces between words. */
const unspacedScripts = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
/** Matches a numeric date (each part becomes a token), a number, a letter of an unspaced script, or a word. */
const tokenPattern = new RegExp(
  String.raw`(?<![\d.,/-])(?<date>\d{1,4}([./-])\d{1,2}\2\d{1,4})(?![\d/-]|[.,]\d)` +
    String.raw`|(?<number>\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*)|(?<letter>[${unspacedScripts}])|(?:(?![${unspacedScripts}])[\p{L}\p{M}])+`,
  'gu',
);

/** An index of a text's words and numbers. Searches ignore whitespace, punctuation, case and number formatting. */
export class TextIndex {
  readonly text: string;
  /** All tokens, with a separator before and after each. */
  readonly #joinedTokens: string;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** The offset in `#joinedTokens` of the separator before each token. */
  readonly #tokenOffsets: number[] = [];
  readonly #lineStarts: number[] = [0];
  /** The most recently searched part of `#joinedTokens`. */
  #lastPart: (Span & { readonly offset: number; readonly tokens: string }) | undefined;
  #numbers: readonly NumberToken[] | undefined;
  #numberStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
    const parts: string[] = [];
    let length = 0;
    for (const { key, start, end } of tokenize(text)) {
      this.#starts.push(start);
      this.#ends.push(end);
      this.#tokenOffsets.push(length);
      parts.push(tokenSeparator, key);
      length += 1 + key.length;
    }
    parts.push(tokenSeparator);
    this.#joinedTokens = parts.join('');
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
  }

  /** Returns the 0-based line number of an offset. */
  getLineAt(offset: number): number {
    return findLastAtMost(this.#lineStarts, offset);
  }

  /** Returns at most `max` occurrences of a token sequence within a part of the text. */
  findTokens(keys: readonly string[], within: Span, max: number): Span[] {
    if (keys.length === 0) return [];
    const needle = `${tokenSeparator}${keys.join(tokenSeparator)}${tokenSeparator}`;
    const { offset, tokens } = this.#getPart(within);
    const found: Span[] = [];
    for (let at = tokens.indexOf(needle); at !== -1 && found.length < max; at = tokens.indexOf(needle, at + 1)) {
      found.push(this.#toSpan(offset + at, needle.length));
    }
    return found;
  }

  /** Returns at most `max` matches of a pattern in the tokens. @param pattern A match must begin with a separator and end before one. */
  findPattern(pattern: RegExp, within: Span, max: number): Span[] {
    const { offset, tokens } = this.#getPart(within);
    const found: Span[] = [];
    for (const { 0: match, index } of tokens.matchAll(pattern)) {
      if (found.length >= max) break;
      found.push(this.#toSpan(offset + index, match.length + 1));
    }
    return found;
  }

  /** Returns the numbers within a part of the text. */
  findNumbers(within: Span): readonly NumberToken[] {
    const numbers = (this.#numbers ??= this.#readNumbers());
    const starts = (this.#numberStarts ??= numbers.map(({ start }) => start));
    return numbers.slice(lowerBound(starts, within.start), lowerBound(starts, within.end));
  }

  #readNumbers(): NumberToken[] {
    return this.#starts.flatMap((start, i) => {
      const code = this.text.charCodeAt(start);
      if (code < 0x30 || code > 0x39) return [];
      const end = this.#ends[i] ?? start;
      return [{ start, end, numbers: parsePossibleNumbers(this.text.slice(start, end)) }];
    });
  }

  /** Returns the tokens of a part of the text. Caches the part, because all fields of a window are searched in the same part. */
  #getPart(within: Span): { readonly offset: number; readonly tokens: string } {
    if (this.#lastPart?.start !== within.start || this.#lastPart.end !== within.end) {
      const [from, to] = this.#toOffsets(within);
      this.#lastPart = { ...within, offset: from, tokens: this.#joinedTokens.slice(from, to + 1) };
    }
    return this.#lastPart;
  }

  #toOffsets({ start, end }: Span): [from: number, to: number] {
    const first = lowerBound(this.#starts, start);
    const next = lowerBound(this.#starts, end);
    return [
      this.#tokenOffsets[first] ?? this.#joinedTokens.length,
      this.#tokenOffsets[next] ?? this.#joinedTokens.length - 1,
    ];
  }

  #toSpan(offset: number, length: number): Span {
    const first = lowerBound(this.#tokenOffsets, offset);
    const last = findLastAtMost(this.#tokenOffsets, offset + length - 2);
    return { start: this.#starts[first] ?? 0, end: this.#ends[last] ?? 0 };
  }
}

/** Returns the tokens of a text, normalized for comparison. */
export function getTokenKeys(text: string): string[] {
  return Array.from(tokenize(text), ({ key }) => key);
}

function* tokenize(text: string): Generator<Span & { readonly key: string }> {
  for (const { 0: found, index, groups = {} } of text.matchAll(tokenPattern)) {
    if (groups['date'] !== undefined) {
      for (const part of found.matchAll(/\d+/g)) {
        const start = index + part.index;
        yield { key: part[0].replace(/^0+(?=\d)/, ''), start, end: start + part[0].length };
      }
    } else {
      const key = groups['number'] === undefined ? found.normalize('NFKC').toLowerCase() : toNumberKey(found);
      yield { key, start: index, end: index + found.length };
    }
  }
}

/** Normalizes a number: `1,234.00` and `1.234,00` become `1234`. Returns plain digits unchanged, because `007` may be an identifier. */
function toNumberKey(digits: string): string {
  if (/^\d+$/.test(digits)) return digits;
  const [number] = parsePossibleNumbers(digits);
  return number === undefined ? digits : String(number);
}

/** Returns the index of the first element that is at least `value`, or the length if there is no such element. */
function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the index of the last element that is at most `value`, or 0 if there is no such element. */
function findLastAtMost(sorted: readonly number[], value: number): number {
  return Math.max(0, lowerBound(sorted, value + 1) - 1);
}
