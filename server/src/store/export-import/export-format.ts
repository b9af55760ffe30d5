import type { Readable } from 'node:stream';

/**
 * The name of the export format, which is JSON Lines: a `HeaderLine`, then each table's `TableLine` and rows, and finally an
 * `EndLine`. A row is an array of column values, which are `null` or in PostgreSQL's text format. The text format is lossless for
 * every type, and the same in all versions and backends.
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

/** The last line of a complete export. A truncated export lacks this line. */
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
