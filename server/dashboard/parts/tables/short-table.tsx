import type { ReactNode } from 'react';
import styles from './short-table.module.css';

export interface ShortColumn<Row> {
  readonly key: string;
  /** Omitted for a column of buttons. */
  readonly header?: string;
  readonly align?: 'end';
  /** Whether the column fills the remaining width. Text that does not fit is cut. */
  readonly grows?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

export interface ShortTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ShortColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly isSelected?: (row: Row) => boolean;
}

/** A table of at most a few hundred rows, which are all rendered. A table that is too wide scrolls horizontally. */
export function ShortTable<Row>({ label, rows, columns, rowKey, isSelected }: ShortTableProps<Row>) {
  const hasHead = columns.some(({ header }) => header !== undefined);
  return (
    <div className={styles['scroller']} role="group" aria-label={label} tabIndex={0}>
      <table className={styles['table']}>
        <caption className="only-read-aloud">{label}</caption>
        {hasHead && (
          <thead>
            <tr>
              {columns.map(({ key, header, align }) =>
                header === undefined ? (
                  <td key={key} />
                ) : (
                  <th key={key} scope="col" data-align={align}>
                    {header}
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-selected={isSelected?.(row) || undefined}>
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
