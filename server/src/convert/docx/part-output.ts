import { ModuleError } from '../../module-contract/module.js';

/** How much of a part mammoth reads at a time. It needs about a kilobyte for each piece. */
const chunkPieces = 20_000;
/** What cannot be split, such as a row of a table, may have more. */
const maxPieces = 200_000;

/** Collects the simplified XML of a part in pieces: tags and texts. Long parts become chunks, because mammoth holds all that it reads. */
export class PartOutput {
  readonly #chunks: string[] = [];
  #pieces: string[] = [];
  /** Whether the next paragraph continues the last one, which is therefore still open. */
  #isJoining = false;

  /** Whether mammoth should read what is there before more is added. */
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

  /** Adds to the last piece. */
  append(text: string): void {
    this.#pieces.push(`${this.#pieces.pop() ?? ''}${text}`);
  }

  /** Takes the last piece back if it is this one. */
  takeBack(piece: string): boolean {
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

  /** Closes a paragraph after which something else than a paragraph comes. */
  endJoining(): void {
    if (!this.#isJoining) return;
    this.#isJoining = false;
    this.#pieces.push('</w:p>');
  }

  /** Whether there is text in the pieces from an index on. Text is in pieces of its own, and its tags are not. */
  hasText(from: number): boolean {
    return this.#pieces.slice(from).some((piece) => !piece.startsWith('<') || /^<w:(?:sym|r><w:t)/.test(piece));
  }

  /** Ends the chunk. @param open The elements that are open, which continue in the next chunk. */
  cut(open: readonly string[]): void {
    for (const name of open.toReversed()) this.push(`</${name}>`);
    this.#chunks.push(this.take());
    for (const name of open) this.push(`<${name}>`);
  }

  /** Returns the pieces since the last chunk, and forgets them. */
  take(): string {
    this.endJoining();
    const content = this.#pieces.join('');
    this.#pieces = [];
    return content;
  }

  /** Returns all chunks. */
  end(): string[] {
    this.#chunks.push(this.take());
    return this.#chunks;
  }
}
