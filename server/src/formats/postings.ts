/** Where a word occurs. */
export interface Occurrence {
  /** The word as in the text, in lower case. */
  readonly keyword: string;
  /** 1-based. */
  readonly line_number: number;
  /** 1-based place in the line. */
  readonly keyword_number: number;
}

/** All occurrences of the words with one stem in one file, as they are stored for search. */
export interface Posting {
  readonly stem: string;
  /** The key of the look-up: see `foldOf`. */
  readonly fold: string;
  /**
   * The words, a space between them, then `|`, then the occurrences in the order of the text, a space between them. Each
   * has, in base 36 with a full stop between them, how many lines it is below the one before (nothing for 0), its number
   * in the line, and which word it is (nothing for the first): `enemy enemies|1q.3 .5 4b.2.1`.
   */
  readonly occurrences: string;
}

/** Packs the occurrences of one stem, which come in the order of the text. */
export class OccurrencePacker {
  readonly #words = new Map<string, number>();
  #line = 0;
  #packed = '';

  add(word: string, line: number, number: number): void {
    const known = this.#words.get(word);
    const index = known ?? this.#words.size;
    if (known === undefined) this.#words.set(word, index);
    const below = line - this.#line;
    this.#line = line;
    this.#packed +=
      `${this.#packed === '' ? '' : ' '}${below === 0 ? '' : below.toString(36)}.${number.toString(36)}` +
      (index === 0 ? '' : `.${index.toString(36)}`);
  }

  toString(): string {
    return `${[...this.#words.keys()].join(' ')}|${this.#packed}`;
  }
}

/** Unpacks the occurrences of a {@link Posting}. */
export function unpackOccurrences(packed: string): Occurrence[] {
  const bar = packed.indexOf('|');
  const words = packed.slice(0, bar).split(' ');
  const occurrences: Occurrence[] = [];
  // below, number, index: a file's commonest word has thousands, so no string is made of any
  let fields: [number, number, number] = [0, 0, 0];
  let field = 0;
  let line = 0;
  for (let at = bar + 1; at <= packed.length; at++) {
    const code = at < packed.length ? packed.charCodeAt(at) : space;
    if (code === fullStop) {
      field++;
    } else if (code === space) {
      const [below, number, index] = fields;
      line += below;
      occurrences.push({ keyword: words[index] ?? '', line_number: line, keyword_number: number });
      fields = [0, 0, 0];
      field = 0;
    } else {
      fields[field as 0 | 1 | 2] = fields[field as 0 | 1 | 2] * 36 + (code <= nine ? code - zero : code - letterA + 10);
    }
  }
  return occurrences;
}

const [space, fullStop, zero, nine, letterA] = [0x20, 0x2e, 0x30, 0x39, 0x61];
