import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** A value for `grid-template-columns`: `120px`, `minmax(140px, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** The width of the table below which the column is hidden, in px. */
  readonly hideBelow?: number;
  /** Whether the column is hidden until the reader chooses it. */
  readonly isExtra?: boolean;
  /** The server's name for sorting by this column. */
  readonly sort?: string;
  readonly cell: (row: Row) => ReactNode;
}

export interface Selection {
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  readonly toggleAll: () => void;
  /** Whether all rows are selected. */
  readonly all: boolean;
}

/** The order of a list: `name`, or `-name` for descending. */
export interface Sorting {
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}
