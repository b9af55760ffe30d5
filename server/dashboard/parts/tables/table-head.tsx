import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import type { Column, RowSelection, Sorting } from './column.js';
import { ariaSortOf, SortButton } from './sort-button.js';
import styles from './virtual-table.module.css';

export interface TableHeadProps<Row> extends Sorting {
  readonly selection?: RowSelection;
  readonly columns: readonly Column<Row>[];
  readonly gridTemplateColumns: string;
  /** The minimum width of the table, in px. */
  readonly minWidth: number;
}

export function TableHead<Row>({
  columns,
  gridTemplateColumns,
  minWidth,
  selection,
  sort,
  onSort,
}: TableHeadProps<Row>) {
  const text = useText(sharedText);
  return (
    <div role="rowgroup" className={styles['head']} style={{ minWidth }}>
      <div role="row" aria-rowindex={1} className={styles['row']} style={{ gridTemplateColumns }}>
        {selection && (
          <div role="columnheader" className={styles['check']}>
            <input
              type="checkbox"
              aria-label={text.selectAll}
              checked={selection.areAllSelected}
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
            aria-sort={ariaSortOf(column.sortName, sort)}
          >
            {column.sortName !== undefined && onSort ? (
              <SortButton name={column.sortName} label={column.header} sort={sort} onSort={onSort} />
            ) : (
              column.header
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
