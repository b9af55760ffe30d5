import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** A value for `grid-template-columns`: `120px`, `minmax(140px, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** The width of the table below which the column is hidden, in px. */
  readonly hideBelow?: number;
  /** Whether the column is hidden until the user chooses it. @default false */
  readonly isHiddenByDefault?: boolean;
  /** The column's name in `sort`. Omit it if the table cannot be sorted by this column. */
  readonly sort?: string;
  readonly cell: (row: Row) => ReactNode;
}

/** The selected rows of a table, by key. */
export interface RowSelection {
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  readonly toggleAll: () => void;
  /** Whether all loaded rows are selected. */
  readonly isAllSelected: boolean;
}

/** How a table is sorted. `sort` is the name of a column, with the prefix `-` for descending order. */
export interface Sorting {
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}
