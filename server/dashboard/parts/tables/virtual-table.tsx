import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import type { Column, Selection, Sorting } from './column.js';
import { TableHead } from './table-head.js';
import { TableRow } from './table-row.js';
import { useWidth } from './width.js';
import styles from './virtual-table.module.css';

export interface VirtualTableProps<Row> extends Sorting {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** How a row is named, for its checkbox. */
  readonly rowName?: (row: Row) => string;
  /** How many rows there are on the server; `undefined` if unknown. */
  readonly total?: number | undefined;
  /** The row that `j` and `k` move. */
  readonly current?: number;
  readonly selection?: Selection;
  /** A row was clicked, beside its links and fields. */
  readonly onOpen?: (row: Row) => void;
  /** The last loaded row has come into view. */
  readonly onEnd?: () => void;
  /** What follows the rows, for example that more are being loaded. */
  readonly foot?: ReactNode;
}

const rowHeight = 34;

/** A table of any length: only the rows in view are in the page. It fills the height of its place. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, columns, rowKey, rowName = rowKey, total, current, selection, onOpen, onEnd, foot } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const shownColumns = columns.filter(({ hideBelow = 0 }) => width >= hideBelow);
  const template = [...(selection ? ['36px'] : []), ...shownColumns.map((column) => column.width)].join(' ');
  // where it is too narrow for its columns, it scrolls in its place
  const minWidth = shownColumns.reduce((sum, column) => sum + leastWidth(column), selection ? 52 : 16);
  // oxlint-disable-next-line react/incompatible-library -- its functions are called here only
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index;

  const atEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (last !== undefined && last >= rows.length - 1) atEnd();
  }, [last, rows.length]);
  const show = useEffectEvent((index: number) => virtual.scrollToIndex(index));
  useEffect(() => {
    if (current !== undefined && current >= 0) show(current);
  }, [current]);

  return (
    <div
      ref={scroller}
      className={styles['table']}
      role="table"
      aria-label={label}
      aria-rowcount={(total ?? -2) + 1}
      tabIndex={0}
    >
      <TableHead {...props} columns={shownColumns} template={template} minWidth={minWidth} />
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative', minWidth }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <TableRow
              key={rowKey(row)}
              row={row}
              name={rowName(row)}
              id={rowKey(row)}
              index={index}
              top={start}
              columns={shownColumns}
              template={template}
              isCurrent={index === current}
              {...(onOpen && { onOpen: () => onOpen(row) })}
              {...(selection && { selection })}
            />
          );
        })}
      </div>
      {foot}
    </div>
  );
}

/** The first length of `120px` or `minmax(140px, 2fr)`. */
const leastWidth = ({ width }: { readonly width: string }): number => Number(/\d+/.exec(width)?.[0] ?? 0);
