export interface TextPattern {
  readonly text: string;
  readonly kind: 'equal' | 'start' | 'end' | 'within';
}

/** Characters that mark the start and the end of a text. Names and directories contain neither. */
const [start, end] = ['\u0002', '\u0003'];

/**
 * Finds which of many patterns match a text, in time proportional to the length of the text and the number of matches
 * (Aho–Corasick). An undefined pattern matches every text.
 */
export class TextMatcher {
  /** The indexes of the undefined patterns. */
  readonly #alwaysMatching: readonly number[];
  /** The child node for each edge of the trie, by {@link edgeKey}. */
  readonly #edges = new Map<number, number>();
  /** For each node, the node for the longest proper suffix of its text that is in the trie. The root (0) stands for the empty text. */
  readonly #suffixLinks = [0];
  /** For each node, the indexes of the patterns that end there. */
  readonly #patternsByNode: number[][] = [[]];
  /** For each node, the node for the longest proper suffix at which patterns end, or 0 if there is no such suffix. */
  readonly #outputLinks = [0];

  constructor(patterns: readonly (TextPattern | undefined)[]) {
    this.#alwaysMatching = patterns.flatMap((pattern, index) => (pattern ? [] : [index]));
    for (const [index, pattern] of patterns.entries()) if (pattern) this.#insert(pattern, index);
    this.#link();
  }

  /** Returns the indexes of the patterns that match the text. */
  match(text: string): Set<number> {
    const found = new Set(this.#alwaysMatching);
    const visited = new Set<number>();
    let node = 0;
    const marked = `${start}${text}${end}`;
    for (let i = 0; i < marked.length; i++) {
      node = this.#follow(node, marked.charCodeAt(i));
      let output = this.#patternsByNode[node]?.length ? node : (this.#outputLinks[node] ?? 0);
      while (output !== 0 && !visited.has(output)) {
        visited.add(output);
        for (const index of this.#patternsByNode[output] ?? []) found.add(index);
        output = this.#outputLinks[output] ?? 0;
      }
    }
    return found;
  }

  #insert({ text, kind }: TextPattern, index: number): void {
    const isWhole = kind === 'equal';
    const marked = `${isWhole || kind === 'start' ? start : ''}${text}${isWhole || kind === 'end' ? end : ''}`;
    let node = 0;
    for (let i = 0; i < marked.length; i++) {
      const unit = marked.charCodeAt(i);
      let next = this.#edges.get(edgeKey(node, unit));
      if (next === undefined) {
        next = this.#patternsByNode.push([]) - 1;
        this.#edges.set(edgeKey(node, unit), next);
      }
      node = next;
    }
    this.#patternsByNode[node]?.push(index);
  }

  /** Adds the links of all nodes, breadth-first, because a node's links depend on those of nodes with shorter texts. */
  #link(): void {
    const edgesByNode = this.#patternsByNode.map((): [unit: number, child: number][] => []);
    for (const [key, child] of this.#edges) edgesByNode[Math.floor(key / unitCount)]?.push([key % unitCount, child]);
    const queue = [0];
    for (const node of queue) {
      for (const [unit, child] of edgesByNode[node] ?? []) {
        const suffix = node === 0 ? 0 : this.#follow(this.#suffixLinks[node] ?? 0, unit);
        this.#suffixLinks[child] = suffix;
        this.#outputLinks[child] = this.#patternsByNode[suffix]?.length ? suffix : (this.#outputLinks[suffix] ?? 0);
        queue.push(child);
      }
    }
  }

  /** Returns the node that a code unit leads to from the node `from`. */
  #follow(from: number, unit: number): number {
    for (let node = from; ; node = this.#suffixLinks[node] ?? 0) {
      const next = this.#edges.get(edgeKey(node, unit));
      if (next !== undefined || node === 0) return next ?? 0;
    }
  }
}

const unitCount = 0x1_00_00;

function edgeKey(node: number, unit: number): number {
  return node * unitCount + unit;
}
