import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import type { Column, Selection, Sorting } from './column.js';
import { orderOf, SortButton } from './sort-button.js';
import styles from './virtual-table.module.css';

export interface TableHeadProps<Row> extends Sorting {
  readonly selection?: Selection;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  /** In px. */
  readonly minWidth: number;
}

export function TableHead<Row>({ columns, template, minWidth, selection, sort, onSort }: TableHeadProps<Row>) {
  const text = useText(partsText);
  return (
    <div role="rowgroup" className={styles['head']} style={{ minWidth }}>
      <div role="row" aria-rowindex={1} className={styles['row']} style={{ gridTemplateColumns: template }}>
        {selection && (
          <div role="columnheader" className={styles['check']}>
            <input
              type="checkbox"
              aria-label={text.selectAll}
              checked={selection.all}
              onChange={() => selection.toggleAll()}
            />
          </div>
        )}
        {columns.map((column) => (
          <div
            key={column.key}
            role="columnheader"
            className={styles['cell']}
            data-align={column.align}
            aria-sort={orderOf(column.sort, sort)}
          >
            {column.sort !== undefined && onSort ? (
              <SortButton name={column.sort} label={column.header} sort={sort} onSort={onSort} />
            ) : (
              column.header
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
