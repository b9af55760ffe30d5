import { createHash } from 'node:crypto';
import type { Output } from './kernel.js';

/** The notebook format, version 4.5, as far as ours use it: https://nbformat.readthedocs.io */
export interface Notebook {
  cells: NotebookCell[];
  metadata: object;
  nbformat: 4;
  nbformat_minor: 5;
}

export interface NotebookCell {
  cell_type: 'code' | 'markdown';
  execution_count?: number | null;
  id: string;
  /** The tag is Jupyter's own: the cell shows what an error looks like. */
  metadata: { tags?: ['raises-exception'] };
  outputs?: (
    | { name: string; output_type: 'stream'; text: string[] }
    | { data: Record<string, string[]>; metadata: object; output_type: 'display_data' }
  )[];
  source: string[];
}

/** As Jupyter writes it. */
export const printNotebook = (notebook: Notebook): string => `${JSON.stringify(notebook, null, 1)}\n`;

/** A text as the format has it: lines with their ends. */
export const toLines = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '');

/** Streams as the format has them, with the same words for whatever differs from one execution to the next. */
export class OutputWriter {
  readonly #places: readonly (readonly [from: string, to: string])[];
  readonly #ids = new Map<string, string>();

  /** @param places Directories and addresses, and what they are called in the notebook. */
  constructor(places: readonly (readonly [from: string, to: string])[]) {
    this.#places = places;
  }

  write(outputs: readonly Output[]): NonNullable<NotebookCell['outputs']> {
    return outputs.map((output) => {
      if ('text' in output) {
        return { name: output.name, output_type: 'stream', text: toLines(this.#settle(output.text)) };
      }
      const data = Object.entries(output.data).map(([type, text]) => [type, toLines(this.#settle(text))] as const);
      return { data: Object.fromEntries(data), metadata: {}, output_type: 'display_data' };
    });
  }

  #settle(text: string): string {
    let settled = text;
    for (const [from, to] of this.#places) settled = settled.replaceAll(from, to);
    return (
      settled
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => this.#idFor(id))
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-06-02T09:30:00.000Z')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '2026-06-02 09:30:00Z')
        .replaceAll(/>\d+\.\d s</g, '>0.4 s<')
        // a run's name, which is followed by what it is a run of, and its state
        .replaceAll(
          /<tr>(<td[^>]*>)[a-z]+-[a-z]+(?=<\/td><td[^>]*>[\w-]+<\/td><td[^>]*>completed)/g,
          '<tr>$1purple-dogfish',
        )
        .replaceAll(/-[a-z]{10}(?=\.txt\b)/g, '-qkvtmzwobe')
        .replaceAll(/apiKey: '[^']*'/g, "apiKey: 'k1…a5'")
        .replaceAll(/^( +name: )'[a-z]+-[a-z]+'/gm, "$1'purple-dogfish'")
    );
  }

  /** The same ids in the same order, however often it is executed. */
  #idFor(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    const digits = createHash('sha256').update(`id ${this.#ids.size}`).digest('hex');
    const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`];
    const stable = [...parts, digits.slice(20, 32)].join('-');
    this.#ids.set(id, stable);
    return stable;
  }
}
