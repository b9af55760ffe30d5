import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import type { Column, RowSelection } from './column.js';
import { isRowClick } from './is-row-click.js';
import styles from './virtual-table.module.css';

export interface TableRowProps<Row> {
  readonly row: Row;
  readonly id: string;
  /** The row's name in the label of its checkbox. */
  readonly name: string;
  readonly index: number;
  /** The row's offset from the top of the table body, in px. */
  readonly top: number;
  readonly columns: readonly Column<Row>[];
  readonly gridTemplateColumns: string;
  readonly isCurrent: boolean;
  readonly onOpen?: () => void;
  readonly selection?: RowSelection;
}

export function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, id, name, index, top, columns, gridTemplateColumns, isCurrent, onOpen, selection } = props;
  const text = useText(sharedText);
  const isSelected = selection?.has(id) ?? false;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={styles['row']}
      data-current={isCurrent || undefined}
      data-opens={onOpen !== undefined || undefined}
      onClick={(event) => {
        if (isRowClick(event)) onOpen?.();
      }}
      data-selected={isSelected || undefined}
      style={{ gridTemplateColumns, position: 'absolute', transform: `translateY(${top}px)` }}
    >
      {selection && (
        <div role="cell" className={styles['check']}>
          <input
            type="checkbox"
            aria-label={text.selectRow(name)}
            checked={isSelected}
            onChange={() => selection.toggle(id)}
          />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.key} role="cell" className={styles['cell']} data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}
