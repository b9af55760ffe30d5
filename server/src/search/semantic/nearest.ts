/** A row whose vector is near a query, and the vector's cosine similarity to the query. */
export interface Neighbor {
  readonly row: number;
  readonly cosine: number;
}

/** Orders neighbors nearest first. Ties are ordered by row. */
export function compareNeighbors(a: Neighbor, b: Neighbor): number {
  return b.cosine - a.cosine || a.row - b.row;
}

/** Keeps the `limit` nearest rows in a heap with the farthest row at the top. Rows must be added in ascending order. */
export class NearestRows {
  readonly #limit: number;
  readonly #heap: Neighbor[] = [];
  /**
   * The cosine that the next row must exceed: `-Infinity` until there are `limit` rows, then the cosine of the farthest row. A row with an
   * equal cosine would rank after the farthest row, which was added earlier.
   */
  threshold = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Adds a row. If there are already `limit` rows, the new row replaces the farthest row.
   *
   * @param cosine Must exceed `threshold`.
   */
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
  toSorted(): Neighbor[] {
    return [...this.#heap].sort(compareNeighbors);
  }

  #siftUp(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.#isFarther(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    for (let index = 0; ;) {
      let farthest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) if (this.#isFarther(child, farthest)) farthest = child;
      if (farthest === index) return;
      this.#swap(index, farthest);
      index = farthest;
    }
  }

  /** Returns whether the row at heap index `a` is farther than the row at `b`. Returns false if either index is outside the heap. */
  #isFarther(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first !== undefined && second !== undefined && compareNeighbors(first, second) > 0;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (!first || !second) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
