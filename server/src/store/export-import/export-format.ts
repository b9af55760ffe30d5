import type { Readable } from 'node:stream';

/**
 * The export format is JSON Lines: a header, then a `TableLine` and the rows of each table, and finally an `EndLine`.
 * A row is an array of column values in PostgreSQL's text format, or null. That format is lossless for every type, and
 * identical across versions and backends.
 */
export const exportFormat = 'millrace-export';
export const exportVersion = 1;

export interface HeaderLine {
  readonly format: typeof exportFormat;
  readonly version: number;
  /** Schema version of the tables. */
  readonly schema: number;
  readonly exportedAt: string;
}

export interface TableLine {
  readonly table: string;
  readonly columns: readonly string[];
}

export type RowLine = readonly (string | null)[];

/** The last line of a complete export. A truncated export does not have it. */
export interface EndLine {
  readonly end: true;
  readonly rows: number;
}

/** Splits a stream at line feeds only, because `node:readline` also splits at U+2028, which JSON strings may contain. */
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
