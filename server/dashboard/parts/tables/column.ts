import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  /** As in `grid-template-columns`: `120px`, `minmax(140px, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** The table's width, in pixels, below which the column is left out. */
  readonly hideBelow?: number;
  /** It is there only if it was chosen. */
  readonly isExtra?: boolean;
  /** The name that the server sorts by. */
  readonly sort?: string;
  readonly cell: (row: Row) => ReactNode;
}

export interface Selection {
  readonly has: (key: string) => boolean;
  readonly toggle: (key: string) => void;
  readonly toggleAll: () => void;
  readonly all: boolean;
}

/** What a list is sorted by: `name` or `-name`. */
export interface Sorting {
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
}
