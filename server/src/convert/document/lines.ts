import { ModuleError } from '../../module-contract/module.js';

/** The text of a document in the making, without empty lines at its ends. */
export class Lines {
  readonly #maxBytes: number;
  #parts: string[] = [];
  #bytes = 0;
  #newlines = 0;
  #atLineStart = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether nothing has been added since the last break. */
  get atLineStart(): boolean {
    return this.#atLineStart;
  }

  /** @throws `ModuleError` when the text grows beyond the limit. */
  add(text: string): void {
    if (text === '') return;
    const breaks = this.#parts.length === 0 ? '' : '\n'.repeat(this.#newlines);
    this.#bytes += Buffer.byteLength(text) + breaks.length;
    if (this.#bytes > this.#maxBytes) throw textTooLarge(this.#maxBytes);
    this.#parts.push(breaks, text);
    this.#newlines = 0;
    this.#atLineStart = false;
  }

  /** Ends the line, an empty one too. */
  newline(): void {
    this.#newlines++;
    this.#atLineStart = true;
  }

  /** What is added next begins a new line, after at least `empty` empty ones. */
  break(empty = 0): void {
    this.#newlines = Math.max(this.#newlines, empty + 1);
    this.#atLineStart = true;
  }

  toString(): string {
    return this.#parts.join('');
  }
}

/** The failure of a document whose text is longer than a text may be. */
export function textTooLarge(maxBytes: number): ModuleError {
  return new ModuleError(
    `Expected the document to hold at most ${maxBytes} bytes of text, got more. Split it, or raise the server's limit.`,
  );
}
