import { ModuleError } from '../../module-contract/module.js';

/** Target number of pieces in a chunk. Mammoth needs about a kilobyte of memory per piece. */
const targetPieces = 20_000;
/** Maximum number of pieces in a chunk. Only a chunk with an element that cannot be split, such as a table row, can reach this limit. */
const maxPieces = 200_000;

/**
 * Collects the simplified XML of a part in pieces, such as tags and texts. Splits long parts into chunks, because mammoth keeps the whole
 * input of a conversion in memory.
 */
export class PartOutput {
  readonly #chunks: string[] = [];
  #pieces: string[] = [];
  /** Whether the most recent paragraph was left open, because the next one continues it. */
  #hasOpenParagraph = false;

  /** Whether the current chunk has reached the target number of pieces, and no paragraph was left open. */
  get canEndChunk(): boolean {
    return this.#pieces.length >= targetPieces && !this.#hasOpenParagraph;
  }

  /** Number of pieces in the current chunk. */
  get pieceCount(): number {
    return this.#pieces.length;
  }

  /** Closes a paragraph that was left open, and adds pieces to the current chunk. @throws `ModuleError` if the chunk is too long. */
  push(...pieces: readonly string[]): void {
    this.closeOpenParagraph();
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
    this.#hasOpenParagraph = false;
    this.#pieces.length = length;
  }

  /** Opens a paragraph, or continues the one that was left open. */
  openParagraph(): void {
    if (this.#hasOpenParagraph) this.#hasOpenParagraph = false;
    else this.push('<w:p>');
  }

  /** Closes a paragraph, or leaves it open if the next one continues it. */
  closeParagraph(isJoinedToNext: boolean): void {
    if (isJoinedToNext) this.#hasOpenParagraph = true;
    else this.push('</w:p>');
  }

  /** Closes a paragraph that was left open for the next one. */
  closeOpenParagraph(): void {
    if (!this.#hasOpenParagraph) return;
    this.#hasOpenParagraph = false;
    this.#pieces.push('</w:p>');
  }

  /** Returns whether any piece at or after index `from` is text, a symbol or a complete run. */
  hasText(from: number): boolean {
    return this.#pieces.slice(from).some((piece) => !piece.startsWith('<') || /^<w:(?:sym|r><w:t)/.test(piece));
  }

  /** Ends the current chunk. @param open The names of the open elements, outermost first. They are reopened in the next chunk. */
  endChunk(open: readonly string[]): void {
    for (const name of open.toReversed()) this.push(`</${name}>`);
    this.#chunks.push(this.take());
    for (const name of open) this.push(`<${name}>`);
  }

  /** Removes and returns the content of the current chunk. */
  take(): string {
    this.closeOpenParagraph();
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
