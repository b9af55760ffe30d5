/** A row whose vector is near a query, and the vector's cosine similarity to the query. */
export interface Neighbour {
  readonly row: number;
  readonly cosine: number;
}

/** Orders neighbours nearest first. Ties are ordered by row. */
export function compareNeighbours(a: Neighbour, b: Neighbour): number {
  return b.cosine - a.cosine || a.row - b.row;
}

/** Keeps the `limit` nearest rows in a heap with the farthest row at the top. Rows must be added in ascending order. */
export class Nearest {
  readonly #limit: number;
  readonly #heap: Neighbour[] = [];
  /** The cosine that the next row must exceed. A row with an equal cosine would rank after the farthest row, which was added earlier. */
  threshold = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a row. @param cosine Must exceed `threshold`. */
  add(row: number, cosine: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push({ row, cosine });
      this.#siftUp(heap.length - 1);
    } else {
      heap[0] = { row, cosine };
      this.#siftDown();
    }
    const top = heap[0];
    if (heap.length === this.#limit && top) this.threshold = top.cosine;
  }

  /** Returns the rows, nearest first. */
  toSorted(): Neighbour[] {
    return [...this.#heap].sort(compareNeighbours);
  }

  #siftUp(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isFarther(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #siftDown(): void {
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
