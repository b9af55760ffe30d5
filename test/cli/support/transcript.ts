/** What a command has printed so far, for tests that wait for a line. */
export class Transcript {
  readonly #text = { stdout: '', stderr: '' };
  readonly #watchers = new Set<() => void>();
  #isOver = false;

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

  /** Nothing more is printed. */
  end(): void {
    this.#isOver = true;
    this.#notify();
  }

  /** Resolves when a stream has what matches; rejects when the command ends without. */
  prints(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const watch = () => {
        const match = pattern.exec(this.#text[stream]);
        if (!match && !this.#isOver) return;
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
