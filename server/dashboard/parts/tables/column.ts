import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** A track size for `grid-template-columns` that starts with the minimum width in px: `120px`, `minmax(140px, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** Hides the column while the table is narrower than this width, in px. */
  readonly hideBelow?: number;
  /** Whether the column is hidden until the user chooses it. @default false */
  readonly isHiddenByDefault?: boolean;
  /** The column's name in `Sorting.sort`. Omit it if the table cannot be sorted by this column. */
  readonly sortName?: string;
  readonly cell: (row: Row) => ReactNode;
}

/** The selected rows of a table, by key. */
export interface RowSelection {
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  readonly toggleAll: () => void;
  /** Whether all loaded rows are selected. */
  readonly areAllSelected: boolean;
}

/** How a table is sorted. `sort` is a column's name, prefixed with `-` for descending order. */
export interface Sorting {
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}
