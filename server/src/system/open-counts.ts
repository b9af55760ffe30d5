/** Counts what is open for each owner, up to a limit. Owners with nothing open take no memory. */
export class OpenCounts {
  readonly #open = new Map<string, number>();

  /** @returns A function that counts it no more; `undefined` if the owner has `max` already. */
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
