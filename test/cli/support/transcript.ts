/** Collects the output of a command, for tests that wait for a line. */
export class Transcript {
  readonly #text = { stdout: '', stderr: '' };
  readonly #watchers = new Set<() => void>();
  #hasEnded = false;

  get stdout(): string {
    return this.#text.stdout;
  }

  get stderr(): string {
    return this.#text.stderr;
  }

  add(stream: 'stdout' | 'stderr', text: string): void {
    this.#text[stream] += text;
    this.#notify();
  }

  /** Marks the end of the output. */
  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  /** Waits until a stream matches the pattern. Rejects if the command ends without a match. */
  waitForOutput(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const match = pattern.exec(this.#text[stream]);
        if (!match && !this.#hasEnded) return;
        this.#watchers.delete(watch);
        if (match) resolve(match);
        else reject(new Error(`ended without ${String(pattern)}: ${this.stdout}${this.stderr}`));
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  #notify(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}
