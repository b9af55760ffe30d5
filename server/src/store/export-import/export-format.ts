/**
 * The export is one JSON value a line: the header, then for each table its `TableLine` and its rows, then the `EndLine`.
 * A row is an array of the columns' values in PostgreSQL's own text form, or null: exact for every type, and the same
 * on every version and both backends.
 */
export const exportFormat = 'millrace-export';
export const exportVersion = 1;

export interface HeaderLine {
  readonly format: typeof exportFormat;
  readonly version: number;
  /** The version of the schema that the tables have. */
  readonly schema: number;
  readonly exportedAt: string;
}

export interface TableLine {
  readonly table: string;
  readonly columns: readonly string[];
}

export type RowLine = readonly (string | null)[];

/** Tells a whole export from one that was cut off. */
export interface EndLine {
  readonly end: true;
  readonly rows: number;
}
