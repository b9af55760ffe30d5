import type { ReactNode } from 'react';
import type { Sorting } from './column.js';
import { isRowClick } from './is-row-click.js';
import { ariaSortOf, SortButton } from './sort-button.js';
import styles from './short-table.module.css';

export interface ShortColumn<Row> {
  readonly key: string;
  /** Omit it for a column that needs no header, such as a column of buttons. */
  readonly header?: string;
  readonly align?: 'end';
  /** Whether the column fills the remaining width. Text that does not fit is truncated. */
  readonly grows?: boolean;
  /** The column's name in `Sorting.sort`. Omit it if the table cannot be sorted by this column. */
  readonly sortName?: string;
  readonly cell: (row: Row) => ReactNode;
}

export interface ShortTableProps<Row> extends Sorting {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ShortColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly isSelected?: (row: Row) => boolean;
  /** Called when a row is clicked outside its links and controls, unless text is selected. */
  readonly onOpen?: (row: Row) => void;
}

/** A table for at most a few hundred rows. Renders all rows, and scrolls horizontally if it is wider than its container. */
export function ShortTable<Row>(props: ShortTableProps<Row>) {
  const { label, rows, columns, rowKey, isSelected, onOpen, sort, onSort } = props;
  const hasHead = columns.some(({ header }) => header !== undefined);
  return (
    <div className={styles['scroller']} role="group" aria-label={label} tabIndex={0}>
      <table className={styles['table']}>
        <caption className="visually-hidden">{label}</caption>
        {hasHead && (
          <thead>
            <tr>
              {columns.map(({ key, header, align, sortName: name }) =>
                header === undefined ? (
                  <td key={key} />
                ) : (
                  <th key={key} scope="col" data-align={align} aria-sort={ariaSortOf(name, sort)}>
                    {name !== undefined && onSort ? (
                      <SortButton name={name} label={header} sort={sort} onSort={onSort} />
                    ) : (
                      header
                    )}
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              data-selected={isSelected?.(row) || undefined}
              data-opens={onOpen !== undefined || undefined}
              onClick={(event) => {
                if (isRowClick(event)) onOpen?.(row);
              }}
            >
              {columns.map(({ key, align, grows, cell }) => (
                <td key={key} data-align={align} data-grows={grows}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
