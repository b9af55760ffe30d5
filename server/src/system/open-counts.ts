/** Counts open items, such as streams, for each owner, up to a limit. Owners without open items use no memory. */
export class OpenCounts {
  readonly #open = new Map<string, number>();

  /** Counts a new item. @returns A function that decrements the count, or `undefined` if the owner already has `max` items. */
  tryAdd(owner: string, max: number): (() => void) | undefined {
    const count = this.#open.get(owner) ?? 0;
    if (count >= max) return undefined;
    this.#open.set(owner, count + 1);
    return () => {
      const remaining = (this.#open.get(owner) ?? 1) - 1;
      if (remaining === 0) this.#open.delete(owner);
      else this.#open.set(owner, remaining);
    };
  }
}
