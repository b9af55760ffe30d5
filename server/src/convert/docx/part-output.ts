import { ModuleError } from '../../module-contract/module.js';

/** Target number of pieces in a chunk. Mammoth needs about a kilobyte of memory per piece. */
const chunkPieces = 20_000;
/** Maximum number of pieces in an element that cannot be split, such as a table row. */
const maxPieces = 200_000;

/**
 * Collects the simplified XML of a part in pieces: tags and texts. Splits long parts into chunks, because mammoth loads everything that it
 * converts into memory.
 */
export class PartOutput {
  readonly #chunks: string[] = [];
  #pieces: string[] = [];
  /** Whether the last paragraph is still open, because the next one continues it. */
  #isJoining = false;

  /** Whether the current chunk is long enough to be ended. */
  get isLong(): boolean {
    return this.#pieces.length >= chunkPieces && !this.#isJoining;
  }

  /** Number of pieces in the current chunk. */
  get length(): number {
    return this.#pieces.length;
  }

  /** Adds pieces to the current chunk. @throws `ModuleError` if an element that cannot be split is too long. */
  push(...pieces: readonly string[]): void {
    this.endJoining();
    if (this.#pieces.length > maxPieces) {
      throw new ModuleError(
        `Expected every paragraph and row of the DOCX to have at most ${maxPieces} elements, got more. Split it.`,
      );
    }
    this.#pieces.push(...pieces);
  }

  /** Appends text to the last piece. */
  append(text: string): void {
    this.#pieces.push(`${this.#pieces.pop() ?? ''}${text}`);
  }

  /** Removes the last piece if it equals `piece`. Returns whether it was removed. */
  removeLast(piece: string): boolean {
    if (this.#pieces.at(-1) !== piece) return false;
    this.#pieces.pop();
    return true;
  }

  /** Truncates the current chunk to `length` pieces. */
  truncate(length: number): void {
    this.#isJoining = false;
    this.#pieces.length = length;
  }

  openParagraph(): void {
    if (this.#isJoining) this.#isJoining = false;
    else this.push('<w:p>');
  }

  /** Closes a paragraph, or leaves it open if the next one continues it. */
  closeParagraph(isJoined: boolean): void {
    if (isJoined) this.#isJoining = true;
    else this.push('</w:p>');
  }

  /** Closes a paragraph that was left open for the next one. */
  endJoining(): void {
    if (!this.#isJoining) return;
    this.#isJoining = false;
    this.#pieces.push('</w:p>');
  }

  /** Returns whether any piece from index `from` on is text, a symbol or a complete run. */
  hasText(from: number): boolean {
    return this.#pieces.slice(from).some((piece) => !piece.startsWith('<') || /^<w:(?:sym|r><w:t)/.test(piece));
  }

  /** Ends the current chunk. @param open The names of the open elements, which continue in the next chunk. */
  endChunk(open: readonly string[]): void {
    for (const name of open.toReversed()) this.push(`</${name}>`);
    this.#chunks.push(this.take());
    for (const name of open) this.push(`<${name}>`);
  }

  /** Removes and returns the content of the current chunk. */
  take(): string {
    this.endJoining();
    const content = this.#pieces.join('');
    this.#pieces = [];
    return content;
  }

  /** Ends the last chunk and returns all chunks. */
  end(): string[] {
    this.#chunks.push(this.take());
    return this.#chunks;
  }
}
