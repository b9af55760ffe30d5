import type { Readable } from 'node:stream';

/**
 * Identifies a file as an export. An export consists of JSON Lines: a `HeaderLine`, a `TableLine` and `RowLine`s for each table, and an
 * `EndLine`. A `RowLine` contains each column's value in PostgreSQL's text format, or `null`. The text format is lossless for every type,
 * and the same in all PostgreSQL versions.
 */
export const exportFormat = 'millrace-export';
export const exportVersion = 1;

export interface HeaderLine {
  readonly format: typeof exportFormat;
  readonly version: number;
  /** The schema version of the exported database. */
  readonly schema: number;
  readonly exportedAt: string;
}

export interface TableLine {
  readonly table: string;
  readonly columns: readonly string[];
}

export type RowLine = readonly (string | null)[];

/** The last line of a complete export. A truncated export lacks this line. */
export interface EndLine {
  readonly end: true;
  readonly rows: number;
}

/** Yields the lines of a stream. Unlike `node:readline`, does not split at U+2028, which JSON strings can contain. */
export async function* readLines(input: Readable): AsyncGenerator<string, undefined> {
  input.setEncoding('utf8');
  let rest = '';
  for await (const chunk of input as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
