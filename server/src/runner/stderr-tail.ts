/** Number of bytes to keep. Must exceed the size of the stack trace, up to about 5 kB, that V8 writes after the reason for a crash. */
const keptBytes = 16 * 1024;
const maxShownBytes = 2 * 1024;

/** Stores the end of a process's standard error output. */
export class StderrTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    // join the chunks only occasionally, because joining copies all of them
    if (this.#bytes > 4 * keptBytes) this.#join();
  }

  /** Discards the output so far, which belongs to earlier tasks. */
  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** The last 2 KB of the output. */
  get text(): string {
    return this.#join().subarray(-maxShownBytes).toString('utf8').trim();
  }

  /** Whether the output shows that the process ran out of memory. */
  get showsOutOfMemory(): boolean {
    return /^FATAL ERROR: .*out of memory|std::bad_alloc/m.test(this.#join().toString('latin1'));
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks).subarray(-keptBytes);
    this.#chunks = [joined];
    this.#bytes = joined.length;
    return joined;
  }
}
