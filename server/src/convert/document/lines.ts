import { ModuleError } from '../../module-contract/module.js';

const maxParts = 10_000;

/** Builds a document's text line by line, without blank lines at the start or end. */
export class Lines {
  readonly #maxBytes: number;
  #parts: string[] = [];
  readonly #joined: string[] = [];
  #byteCount = 0;
  #length = 0;
  #pendingNewlineCount = 0;
  #isAtLineStart = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isAtLineStart(): boolean {
    return this.#isAtLineStart;
  }

  /** The length of the text so far, in UTF-16 code units. */
  get length(): number {
    return this.#length;
  }

  /** Appends text to the current line. @throws `ModuleError` if the document's text exceeds the limit. */
  add(text: string): void {
    if (text === '') return;
    const breaks = this.#byteCount === 0 ? '' : '\n'.repeat(this.#pendingNewlineCount);
    this.#byteCount += Buffer.byteLength(text) + breaks.length;
    if (this.#byteCount > this.#maxBytes) throw createTextTooLargeError(this.#maxBytes);
    this.#parts.push(breaks, text);
    this.#length += breaks.length + text.length;
    // millions of short strings take up much more memory than one long string
    if (this.#parts.length >= maxParts) {
      this.#joined.push(this.#parts.join(''));
      this.#parts = [];
    }
    this.#pendingNewlineCount = 0;
    this.#isAtLineStart = false;
  }

  /** Ends the current line, even if it is empty. */
  endLine(): void {
    this.#pendingNewlineCount++;
    this.#isAtLineStart = true;
  }

  /** Ensures that the next text starts on a new line, after at least `blankLineCount` blank lines. */
  break(blankLineCount = 0): void {
    this.#pendingNewlineCount = Math.max(this.#pendingNewlineCount, blankLineCount + 1);
    this.#isAtLineStart = true;
  }

  toString(): string {
    return this.#joined.join('') + this.#parts.join('');
  }
}

export function createTextTooLargeError(maxBytes: number): ModuleError {
  return new ModuleError(
    `Expected the document to contain at most ${maxBytes} bytes of text, got more. Split it, or raise the server's limit (maxTextBytes).`,
  );
}
