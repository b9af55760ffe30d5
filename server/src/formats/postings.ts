/** An occurrence of a word in the text. */
export interface Occurrence {
  /** The word in lower case. In a script without spaces between words, a letter or a pair of adjacent letters. */
  readonly keyword: string;
  /** 1-based line number. */
  readonly line_number: number;
  /** 1-based position in the line, counted in whitespace-separated tokens. */
  readonly keyword_number: number;
}

/** All occurrences in a file of the words with the same stem, in the packed form that is stored for search. */
export interface Posting {
  readonly stem: string;
  /** The lookup key of the stem. See `getLookupKey`. */
  readonly fold: string;
  /**
   * The space-separated words, followed by `|` and the space-separated occurrences in text order. Each occurrence consists of base-36
   * numbers separated by full stops: the number of lines since the previous occurrence (for the first occurrence, the line number; empty
   * if 0), the position in the line, and the index of the word (omitted for the first word). Example: `enemy enemies|1q.3 .5 4b.2.1`.
   */
  readonly occurrences: string;
}

/** Packs the occurrences of a stem. They must be added in text order. */
export class OccurrencePacker {
  readonly #indexByWord = new Map<string, number>();
  #line = 0;
  #packed = '';

  add(word: string, line: number, wordNumber: number): void {
    const existingIndex = this.#indexByWord.get(word);
    const index = existingIndex ?? this.#indexByWord.size;
    if (existingIndex === undefined) this.#indexByWord.set(word, index);
    const lineOffset = line - this.#line;
    this.#line = line;
    this.#packed +=
      `${this.#packed === '' ? '' : ' '}${lineOffset === 0 ? '' : lineOffset.toString(36)}.${wordNumber.toString(36)}` +
      (index === 0 ? '' : `.${index.toString(36)}`);
  }

  toString(): string {
    return `${[...this.#indexByWord.keys()].join(' ')}|${this.#packed}`;
  }
}

/** Unpacks the occurrences of a {@link Posting}. */
export function unpackOccurrences(packed: string): Occurrence[] {
  const separatorIndex = packed.indexOf('|');
  const words = packed.slice(0, separatorIndex).split(' ');
  const occurrences: Occurrence[] = [];
  // parse the fields without creating substrings, because a common word may have thousands of occurrences
  let fields: [number, number, number] = [0, 0, 0];
  let fieldIndex = 0;
  let line = 0;
  for (let at = separatorIndex + 1; at <= packed.length; at++) {
    const code = at < packed.length ? packed.charCodeAt(at) : space;
    if (code === fullStop) {
      fieldIndex++;
    } else if (code === space) {
      const [lineOffset, wordNumber, index] = fields;
      line += lineOffset;
      occurrences.push({ keyword: words[index] ?? '', line_number: line, keyword_number: wordNumber });
      fields = [0, 0, 0];
      fieldIndex = 0;
    } else {
      fields[fieldIndex as 0 | 1 | 2] =
        fields[fieldIndex as 0 | 1 | 2] * 36 + (code <= nine ? code - zero : code - letterA + 10);
    }
  }
  return occurrences;
}

const [space, fullStop, zero, nine, letterA] = [0x20, 0x2e, 0x30, 0x39, 0x61];
