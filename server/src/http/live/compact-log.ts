interface Entry {
  /** The changed item, such as `run 339e1c1e-…`. */
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

/**
 * A log of changes that keeps only the newest text of each item, in the order of the changes. A slow reader gets each item once,
 * however often it has changed. The log has at most `maxCharacters`: it drops the oldest changes, so a reader that has not read them
 * has a gap.
 */
export class CompactLog {
  readonly #entries = new Map<string, Entry>();
  readonly #maxCharacters: number;
  #characters = 0;
  /** Changes up to this version may be missing. */
  #floor: number;

  constructor(floor: number, maxCharacters: number) {
    this.#floor = floor;
    this.#maxCharacters = maxCharacters;
  }

  get(key: string): string | undefined {
    return this.#entries.get(key)?.text;
  }

  set(key: string, version: number, text: string): void {
    this.#remove(key);
    this.#entries.set(key, { key, version, text });
    this.#characters += text.length;
    for (const oldest of this.#entries.values()) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#floor = oldest.version;
      this.#remove(oldest.key);
    }
  }

  /** Returns the changes after a version, or `undefined` if some were dropped. */
  since(version: number): Entry[] | undefined {
    if (version < this.#floor) return undefined;
    return [...this.#entries.values()].filter((entry) => entry.version > version);
  }

  /** Drops everything up to a version. */
  clear(version: number): void {
    this.#entries.clear();
    this.#characters = 0;
    this.#floor = version;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#characters -= entry.text.length;
    this.#entries.delete(key);
  }
}
