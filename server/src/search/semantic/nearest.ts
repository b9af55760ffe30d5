/** A vector that is near a query: its row, and the cosine of the angle between them. */
export interface Neighbour {
  readonly row: number;
  readonly cosine: number;
}

/** Which comes first: the nearer one; of two that are as near, the earlier one. */
export function compareNeighbours(a: Neighbour, b: Neighbour): number {
  return b.cosine - a.cosine || a.row - b.row;
}

/** Keeps the nearest `limit` of any number of rows: a heap with the farthest of them on top. Rows come in rising order. */
export class Nearest {
  readonly #limit: number;
  readonly #heap: Neighbour[] = [];
  /** What the next row must be above; rows that are as near as the farthest come later, so they are behind it. */
  threshold = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param cosine Above `threshold`. */
  add(row: number, cosine: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push({ row, cosine });
      this.#rise(heap.length - 1);
    } else {
      heap[0] = { row, cosine };
      this.#sink();
    }
    const top = heap[0];
    if (heap.length === this.#limit && top) this.threshold = top.cosine;
  }

  /** The nearest first. */
  toSorted(): Neighbour[] {
    return [...this.#heap].sort(compareNeighbours);
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isFarther(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      let farthest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.#isFarther(child, farthest)) farthest = child;
      if (farthest === at) return;
      this.#swap(at, farthest);
      at = farthest;
    }
  }

  #isFarther(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    return one !== undefined && other !== undefined && compareNeighbours(one, other) > 0;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
