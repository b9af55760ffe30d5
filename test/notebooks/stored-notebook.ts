import { createHash } from 'node:crypto';
import type { Output } from './kernel.js';

/** The parts of the notebook format 4.5 that the notebooks use: https://nbformat.readthedocs.io */
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
  /** `raises-exception` is a tag of Jupyter: the cell demonstrates an error. */
  metadata: { tags?: ['raises-exception'] };
  outputs?: (
    | { name: string; output_type: 'stream'; text: string[] }
    | { data: Record<string, string[]>; metadata: object; output_type: 'display_data' }
  )[];
  source: string[];
}

/** Formats a notebook as Jupyter writes it. */
export const printNotebook = (notebook: Notebook): string => `${JSON.stringify(notebook, null, 1)}\n`;

/** Splits text into lines with their line ends, as the format stores them. */
export const toLines = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '');

/** Converts outputs to the notebook format, with fixed values for ids, times and names that change with each execution. */
export class OutputWriter {
  readonly #replacements: readonly (readonly [from: string, to: string])[];
  readonly #ids = new Map<string, string>();

  /** @param replacements Directories and URLs, and their replacements in the notebook. */
  constructor(replacements: readonly (readonly [from: string, to: string])[]) {
    this.#replacements = replacements;
  }

  write(outputs: readonly Output[]): NonNullable<NotebookCell['outputs']> {
    return outputs.map((output) => {
      if ('text' in output) {
        return { name: output.name, output_type: 'stream', text: toLines(this.#stabilise(output.text)) };
      }
      const data = Object.entries(output.data).map(([type, text]) => [type, toLines(this.#stabilise(text))] as const);
      return { data: Object.fromEntries(data), metadata: {}, output_type: 'display_data' };
    });
  }

  #stabilise(text: string): string {
    let result = text;
    for (const [from, to] of this.#replacements) result = result.replaceAll(from, to);
    return (
      result
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => this.#idFor(id))
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-06-02T09:30:00.000Z')
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '2026-06-02 09:30:00Z')
        .replaceAll(/>\d+\.\d s</g, '>0.4 s<')
        // the name of a run, which is followed by its pipeline and its state
        .replaceAll(
          /<tr>(<td[^>]*>)[a-z]+-[a-z]+(?=<\/td><td[^>]*>[\w-]+<\/td><td[^>]*>completed)/g,
          '<tr>$1purple-dogfish',
        )
        .replaceAll(/-[a-z]{10}(?=\.txt\b)/g, '-qkvtmzwobe')
        .replaceAll(/apiKey: '[^']*'/g, "apiKey: 'k1…a5'")
        .replaceAll(/^( +name: )'[a-z]+-[a-z]+'/gm, "$1'purple-dogfish'")
    );
  }

  /** Returns a stable id for each id, by the order of their first occurrence. */
  #idFor(id: string): string {
    const existing = this.#ids.get(id);
    if (existing !== undefined) return existing;
    const digits = createHash('sha256').update(`id ${this.#ids.size}`).digest('hex');
    const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`];
    const stable = [...parts, digits.slice(20, 32)].join('-');
    this.#ids.set(id, stable);
    return stable;
  }
}
