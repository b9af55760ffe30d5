import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import type { Column, Selection, Sorting } from './column.js';
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
            aria-sort={sortOf(column, sort)}
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

interface SortButtonProps {
  readonly name: string;
  readonly label: string;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
}

/** Sorts by a column. The first click sorts descending: the newest or the slowest first. */
function SortButton({ name, label, sort, onSort }: SortButtonProps) {
  const text = useText(partsText);
  const mark = sort === name ? ' ↑' : sort === `-${name}` ? ' ↓' : '';
  return (
    <button
      type="button"
      className={styles['sort']}
      title={text.sortBy(label)}
      onClick={() => onSort(sort === `-${name}` ? name : `-${name}`)}
    >
      {label}
      <span aria-hidden="true">{mark}</span>
    </button>
  );
}

function sortOf<Row>(column: Column<Row>, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (column.sort === undefined || sort === undefined) return undefined;
  if (sort === column.sort) return 'ascending';
  return sort === `-${column.sort}` ? 'descending' : undefined;
}
