interface Entry {
  /** Identifies the item, for example `run 339e1c1e-…` or `batch`. */
  readonly key: string;
  /** The version in which the item last changed. */
  readonly version: number;
  readonly text: string;
}

/**
 * A log that keeps only the latest text of each changed item, ordered by last change. A slow reader therefore receives each item once,
 * however often the item changed. If the log exceeds `maxCharacters`, it drops the oldest entries, and `getEntriesAfter` returns `undefined`
 * to readers that have not received them.
 */
export class CompactLog {
  readonly #entries = new Map<string, Entry>();
  readonly #maxCharacters: number;
  #characterCount = 0;
  /** The lowest version for which `getEntriesAfter` returns entries. Changes up to this version may have been dropped. */
  #minVersion: number;

  constructor(minVersion: number, maxCharacters: number) {
    this.#minVersion = minVersion;
    this.#maxCharacters = maxCharacters;
  }

  /** Returns the latest text of an item, if the log still has it. */
  get(key: string): string | undefined {
    return this.#entries.get(key)?.text;
  }

  /** Adds or replaces an item's text. Drops the oldest entries if the log exceeds `maxCharacters`. */
  set(key: string, version: number, text: string): void {
    this.#remove(key);
    this.#entries.set(key, { key, version, text });
    this.#characterCount += text.length;
    for (const oldest of this.#entries.values()) {
      if (this.#characterCount <= this.#maxCharacters) break;
      this.#minVersion = oldest.version;
      this.#remove(oldest.key);
    }
  }

  /** Returns the entries of the items that changed after a version, or `undefined` if some of these entries may have been dropped. */
  getEntriesAfter(version: number): Entry[] | undefined {
    if (version < this.#minVersion) return undefined;
    return [...this.#entries.values()].filter((entry) => entry.version > version);
  }

  /** Drops all entries. Afterwards, `getEntriesAfter` returns `undefined` for every version before `version`. */
  clear(version: number): void {
    this.#entries.clear();
    this.#characterCount = 0;
    this.#minVersion = version;
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#characterCount -= entry.text.length;
    this.#entries.delete(key);
  }
}
