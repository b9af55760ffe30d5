/** V8 writes a native stack of up to about 5 kB after the line that says what happened. */
const kept = 16 * 1024;
const shown = 2 * 1024;

/** The end of what a process wrote to standard error, however much that was. */
export class StderrTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // joined now and then, not for every line of a process that writes many
    if (this.#bytes > 4 * kept) this.#join();
  }

  /** What was written until now belongs to an earlier task. */
  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** The last 2 KB. */
  get text(): string {
    return this.#join().subarray(-shown).toString('utf8').trim();
  }

  /** Whether the process ended because it could get no more memory. */
  get tellsOutOfMemory(): boolean {
    return /^FATAL ERROR: .*out of memory|std::bad_alloc/m.test(this.#join().toString('latin1'));
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks).subarray(-kept);
    this.#chunks = [joined];
    this.#bytes = joined.length;
    return joined;
  }
}
