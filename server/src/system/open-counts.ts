/** Counts open items, such as streams, for each owner, up to a limit. Owners without open items use no memory. */
export class OpenCounts {
  readonly #open = new Map<string, number>();

  /** Counts a new item. @returns A function that decrements the count, or `undefined` if the owner already has `max` items. */
  take(owner: string, max: number): (() => void) | undefined {
    const open = this.#open.get(owner) ?? 0;
    if (open >= max) return undefined;
    this.#open.set(owner, open + 1);
    return () => {
      const left = (this.#open.get(owner) ?? 1) - 1;
      if (left === 0) this.#open.delete(owner);
      else this.#open.set(owner, left);
    };
  }
}
