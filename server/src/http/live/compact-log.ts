interface Entry {
  /** The kind and id of the changed item, such as `run 339e1c1e-…`. */
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

/**
 * A log of changes that stores only the latest text of each item, in the order of the changes. A slow reader therefore receives each
 * item once, however often the item changed. If the log exceeds `maxCharacters`, it drops the oldest changes, and `entriesAfter` returns
 * `undefined` to readers that missed them.
 */
export class CompactLog {
  readonly #entries = new Map<string, Entry>();
  readonly #maxCharacters: number;
  #characters = 0;
  /** The version up to which changes may have been dropped. */
  #floor: number;

  constructor(floor: number, maxCharacters: number) {
    this.#floor = floor;
    this.#maxCharacters = maxCharacters;
  }

  /** Returns the latest text of an item, if the log still has it. */
  get(key: string): string | undefined {
    return this.#entries.get(key)?.text;
  }

  /** Replaces the text of an item. Drops the oldest changes if the log exceeds `maxCharacters`. */
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

  /** Returns the latest text of each item that changed after a version, or `undefined` if some changes were dropped. */
  entriesAfter(version: number): Entry[] | undefined {
    if (version < this.#floor) return undefined;
    return [...this.#entries.values()].filter((entry) => entry.version > version);
  }

  /** Drops all changes. Afterwards, `entriesAfter` returns `undefined` for every version before `version`. */
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
