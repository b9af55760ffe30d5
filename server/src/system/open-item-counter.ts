/** Counts each owner's open items, such as streams, up to a limit. Owners without open items use no memory. */
export class OpenItemCounter {
  readonly #counts = new Map<string, number>();

  /**
   * Counts a new item, unless the owner already has `max` open items.
   *
   * @returns A function to call once, when the item closes, or `undefined` if the limit is reached.
   */
  tryAdd(owner: string, max: number): (() => void) | undefined {
    const count = this.#counts.get(owner) ?? 0;
    if (count >= max) return undefined;
    this.#counts.set(owner, count + 1);
    return () => {
      const remaining = (this.#counts.get(owner) ?? 1) - 1;
      if (remaining === 0) this.#counts.delete(owner);
      else this.#counts.set(owner, remaining);
    };
  }
}
