import type { Readable } from 'node:stream';

/**
 * An export has one JSON value per line: the header, then for each table its `TableLine` and its rows, then the `EndLine`.
 * A row is an array of the columns' values in PostgreSQL's text format, or null: exact for every type, and the same
 * on every version and on both backends.
 */
export const exportFormat = 'millrace-export';
export const exportVersion = 1;

export interface HeaderLine {
  readonly format: typeof exportFormat;
  readonly version: number;
  /** The version of the tables' schema. */
  readonly schema: number;
  readonly exportedAt: string;
}

export interface TableLine {
  readonly table: string;
  readonly columns: readonly string[];
}

export type RowLine = readonly (string | null)[];

/** Ends a complete export; a truncated one has no such line. */
export interface EndLine {
  readonly end: true;
  readonly rows: number;
}

/** Splits a stream at line feeds only: `node:readline` also splits at U+2028, which JSON strings may contain. */
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
