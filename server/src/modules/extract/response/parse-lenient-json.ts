/** A number whose notation JavaScript would not preserve, such as `1.50` or `+34`. Fields of type `string` keep the notation. */
export class NumberLiteral {
  constructor(
    readonly value: number,
    /** The number as the model wrote it. */
    readonly text: string,
  ) {}
}

interface ParsedJson {
  /** The JSON object. It can contain {@link NumberLiteral}s. */
  readonly value: unknown;
  /** Whether the value is incomplete, because the text ends too early or is nested too deeply. A possibly truncated scalar is omitted. */
  readonly isTruncated: boolean;
}

/**
 * Parses the JSON object in a model's response. Tolerates code fences, text around the object, trailing commas, line breaks in strings
 * and Python's `None`.
 *
 * @param keys The object must have at least one of these keys. If several objects qualify, returns the final one, because some models first
 * repeat the requested format.
 * @returns `undefined` if no object has one of the keys.
 */
export function parseLenientJson(text: string, keys: readonly string[]): ParsedJson | undefined {
  let found: ParsedJson | undefined;
  let at = text.indexOf('{');
  while (at !== -1) {
    const parser = new LenientParser(text, at);
    const value = parser.readObject();
    if (keys.some((key) => Object.hasOwn(value, key))) found = { value, isTruncated: parser.isTruncated };
    if (parser.isTruncated) break;
    at = text.indexOf('{', parser.at);
  }
  return found;
}

/** The maximum nesting depth. Parsing stops at the first deeper value, to prevent a stack overflow. */
const maxDepth = 100;
/** Returned instead of a value that is missing, cut off or nested too deeply. */
const omitted = Symbol('omitted');

/** A JSON parser that tolerates the errors that models make. */
class LenientParser {
  at: number;
  isTruncated = false;
  readonly #text: string;
  #depth = 0;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  readObject(): Record<string, unknown> {
    this.at += 1;
    const entries: [string, unknown][] = [];
    for (;;) {
      this.#skip(/[\s,]*/y);
      if (this.#consumeEnd('}')) break;
      const key = this.#peek() === '"' || this.#peek() === "'" ? this.#readString() : this.#match(/[\p{L}\w$-]+/uy);
      if (key === undefined || key === omitted) {
        // skip a character that cannot start a key
        this.at += 1;
        continue;
      }
      this.#skip(/\s*:?\s*/y);
      const value = this.#readValue();
      if (value !== omitted) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  #readList(): unknown[] {
    this.at += 1;
    const items: unknown[] = [];
    for (;;) {
      this.#skip(/[\s,]*/y);
      if (this.#consumeEnd(']')) break;
      const before = this.at;
      const value = this.#readValue();
      if (value !== omitted) items.push(value);
      if (this.at === before) this.at += 1;
    }
    return items;
  }

  #readValue(): unknown {
    const next = this.#peek();
    if (next === '{' || next === '[') {
      if (this.#depth >= maxDepth) {
        this.isTruncated = true;
        this.at = this.#text.length;
        return omitted;
      }
      this.#depth += 1;
      const value = next === '{' ? this.readObject() : this.#readList();
      this.#depth -= 1;
      return value;
    }
    if (next === '"' || next === "'") return this.#readString();
    const word = this.#match(/[^\s,{}[\]":]+/y);
    if (this.at >= this.#text.length) this.isTruncated = true;
    if (word === undefined || this.isTruncated) return omitted;
    if (/^true$/i.test(word)) return true;
    if (/^false$/i.test(word)) return false;
    if (/^(null|none|nan|undefined)$/i.test(word)) return null;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return word;
    // an integer that would lose digits is probably an identifier, so keep it as text
    const isIdentifier = /^[+-]?\d+$/.test(word) && (!Number.isSafeInteger(Number(word)) || /^[+-]?0\d/.test(word));
    if (isIdentifier) return word;
    const value = Number(word);
    return String(value) === word ? value : new NumberLiteral(value, word);
  }

  #readString(): string | typeof omitted {
    const quote = this.#peek();
    let value = '';
    for (this.at += 1; this.at < this.#text.length; this.at += 1) {
      const char = this.#peek();
      if (char === quote) {
        this.at += 1;
        return value;
      }
      if (char !== '\\') value += char;
      else {
        this.at += 1;
        const escaped = this.#peek();
        const code = escaped === 'u' ? /^[\da-f]{4}/i.exec(this.#text.slice(this.at + 1, this.at + 5))?.[0] : undefined;
        if (code !== undefined) this.at += 4;
        value += code === undefined ? (escapes[escaped] ?? escaped) : String.fromCharCode(parseInt(code, 16));
      }
    }
    this.isTruncated = true;
    return omitted;
  }

  /** Consumes the closing bracket if it is next. @returns Whether the object or list ends here, at the bracket or the end of the text. */
  #consumeEnd(bracket: string): boolean {
    if (this.at >= this.#text.length) {
      this.isTruncated = true;
      return true;
    }
    if (this.#peek() !== bracket) return false;
    this.at += 1;
    return true;
  }

  #peek(): string {
    return this.#text.charAt(this.at);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    this.at += found?.length ?? 0;
    return found === '' ? undefined : found;
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern);
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
