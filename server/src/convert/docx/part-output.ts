import { ModuleError } from '../../module-contract/module.js';

/** Number of pieces that mammoth reads at a time. It uses about a kilobyte of memory for each. */
const chunkPieces = 20_000;
/** Maximum number of pieces in an element that cannot be split, such as a table row. */
const maxPieces = 200_000;

/** Collects the simplified XML of a part in pieces: tags and texts. Splits long parts, because mammoth keeps them in memory. */
export class PartOutput {
  readonly #chunks: string[] = [];
  #pieces: string[] = [];
  /** Whether the next paragraph continues the last one, which is therefore still open. */
  #isJoining = false;

  /** Whether the chunk is long enough to be cut. */
  get isLong(): boolean {
    return this.#pieces.length >= chunkPieces && !this.#isJoining;
  }

  get length(): number {
    return this.#pieces.length;
  }

  /** @throws `ModuleError` if a part that cannot be split is too long. */
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

  /** Removes the last piece if it equals `piece`. @returns Whether it did. */
  removeLast(piece: string): boolean {
    if (this.#pieces.at(-1) !== piece) return false;
    this.#pieces.pop();
    return true;
  }

  truncate(length: number): void {
    this.#isJoining = false;
    this.#pieces.length = length;
  }

  openParagraph(): void {
    if (this.#isJoining) this.#isJoining = false;
    else this.push('<w:p>');
  }

  /** @param isJoined Whether the next paragraph continues this one. */
  closeParagraph(isJoined: boolean): void {
    if (isJoined) this.#isJoining = true;
    else this.push('</w:p>');
  }

  /** Closes a paragraph that was left open for the next one to continue. */
  endJoining(): void {
    if (!this.#isJoining) return;
    this.#isJoining = false;
    this.#pieces.push('</w:p>');
  }

  /** Returns whether there is text in the pieces from an index on: a piece without tags, a symbol, or a whole run. */
  hasText(from: number): boolean {
    return this.#pieces.slice(from).some((piece) => !piece.startsWith('<') || /^<w:(?:sym|r><w:t)/.test(piece));
  }

  /** Ends the chunk. @param open The names of the open elements, which continue in the next chunk. */
  cut(open: readonly string[]): void {
    for (const name of open.toReversed()) this.push(`</${name}>`);
    this.#chunks.push(this.take());
    for (const name of open) this.push(`<${name}>`);
  }

  /** Removes and returns the pieces since the last chunk. */
  take(): string {
    this.endJoining();
    const content = this.#pieces.join('');
    this.#pieces = [];
    return content;
  }

  /** Ends the last chunk, and returns all chunks. */
  end(): string[] {
    this.#chunks.push(this.take());
    return this.#chunks;
  }
}
