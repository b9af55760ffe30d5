import { readDigits } from '../response/numbers.js';

/** A part of the text, as offsets. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface NumberToken extends Span {
  /** The numbers that the digits can mean, the likeliest first. */
  readonly numbers: readonly number[];
}

/** Separates tokens. No token contains it. */
export const mark = '\u001f';

const letters = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
/** A date in digits, whose parts are tokens; a number with its separators; a letter of a script without spaces; a word. */
const token = new RegExp(
  String.raw`(?<![\d.,/-])(?<date>\d{1,4}([./-])\d{1,2}\2\d{1,4})(?![\d/-]|[.,]\d)` +
    String.raw`|(?<number>\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*)|(?<letter>[${letters}])|(?:(?![${letters}])[\p{L}\p{M}])+`,
  'gu',
);

/**
 * A text as a sequence of words and numbers, in which passages are found without regard to spaces, punctuation, case and the notation
 * of numbers.
 */
export class TextIndex {
  readonly text: string;
  /** All tokens, each between two marks. */
  readonly joined: string;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** The offset in `joined` of the mark before each token. */
  readonly #places: number[] = [];
  readonly #lines: number[] = [0];
  #part: (Span & { readonly from: number; readonly part: string }) | undefined;
  #numbers: readonly NumberToken[] | undefined;
  #numberStarts: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
    const parts: string[] = [];
    let length = 0;
    for (const { key, start, end } of tokensOf(text)) {
      this.#starts.push(start);
      this.#ends.push(end);
      this.#places.push(length);
      parts.push(mark, key);
      length += 1 + key.length;
    }
    parts.push(mark);
    this.joined = parts.join('');
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lines.push(at + 1);
  }

  /** Returns the 0-based line of an offset. */
  lineAt(offset: number): number {
    return lastAtMost(this.#lines, offset);
  }

  /** Returns the places of a sequence of tokens within a part of the text. */
  findTokens(keys: readonly string[], within: Span, max: number): Span[] {
    if (keys.length === 0) return [];
    const needle = `${mark}${keys.join(mark)}${mark}`;
    const { from, part } = this.#partOf(within);
    const found: Span[] = [];
    for (let at = part.indexOf(needle); at !== -1 && found.length < max; at = part.indexOf(needle, at + 1)) {
      found.push(this.#spanOf(from + at, needle.length));
    }
    return found;
  }

  /** Returns the places of a pattern in the tokens. @param pattern Must begin with a mark, and end before one. */
  findPattern(pattern: RegExp, within: Span, max: number): Span[] {
    const { from, part } = this.#partOf(within);
    const found: Span[] = [];
    for (const { 0: match, index } of part.matchAll(pattern)) {
      if (found.length >= max) break;
      found.push(this.#spanOf(from + index, match.length + 1));
    }
    return found;
  }

  /** Returns the numbers within a part of the text. */
  numbers(within: Span): readonly NumberToken[] {
    const numbers = (this.#numbers ??= this.#readNumbers());
    const starts = (this.#numberStarts ??= numbers.map(({ start }) => start));
    return numbers.slice(firstAtLeast(starts, within.start), firstAtLeast(starts, within.end));
  }

  #readNumbers(): NumberToken[] {
    return this.#starts.flatMap((start, i) => {
      const code = this.text.charCodeAt(start);
      if (code < 0x30 || code > 0x39) return [];
      const end = this.#ends[i] ?? start;
      return [{ start, end, numbers: readDigits(this.text.slice(start, end)) }];
    });
  }

  /** Returns the tokens of a part of the text. Keeps the last part, because all fields are searched in the same one. */
  #partOf(within: Span): { readonly from: number; readonly part: string } {
    if (this.#part?.start !== within.start || this.#part.end !== within.end) {
      const [from, to] = this.#placesOf(within);
      this.#part = { ...within, from, part: this.joined.slice(from, to + 1) };
    }
    return this.#part;
  }

  #placesOf({ start, end }: Span): [from: number, to: number] {
    const first = firstAtLeast(this.#starts, start);
    const next = firstAtLeast(this.#starts, end);
    return [this.#places[first] ?? this.joined.length, this.#places[next] ?? this.joined.length - 1];
  }

  #spanOf(place: number, length: number): Span {
    const first = firstAtLeast(this.#places, place);
    const last = lastAtMost(this.#places, place + length - 2);
    return { start: this.#starts[first] ?? 0, end: this.#ends[last] ?? 0 };
  }
}

/** Returns a text's tokens, by which passages are compared. */
export function keysOf(text: string): string[] {
  return Array.from(tokensOf(text), ({ key }) => key);
}

function* tokensOf(text: string): Generator<Span & { readonly key: string }> {
  for (const { 0: found, index, groups = {} } of text.matchAll(token)) {
    if (groups['date'] !== undefined) {
      for (const part of found.matchAll(/\d+/g)) {
        const start = index + part.index;
        yield { key: part[0].replace(/^0+(?=\d)/, ''), start, end: start + part[0].length };
      }
    } else {
      const key = groups['number'] === undefined ? found.normalize('NFKC').toLowerCase() : keyOfNumber(found);
      yield { key, start: index, end: index + found.length };
    }
  }
}

/** Returns the same key for `1,234.00`, `1.234,00` and `1234`. Digits without separators are unchanged, because `007` is not 7. */
function keyOfNumber(digits: string): string {
  if (/^\d+$/.test(digits)) return digits;
  const [number] = readDigits(digits);
  return number === undefined ? digits : String(number);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastAtMost(sorted: readonly number[], value: number): number {
  return Math.max(0, firstAtLeast(sorted, value + 1) - 1);
}
