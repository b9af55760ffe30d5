import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react';
import type { Column, RowSelection, Sorting } from './column.js';
import { TableHead } from './table-head.js';
import { TableRow } from './table-row.js';
import { useWidth } from './use-width.js';
import styles from './virtual-table.module.css';

export interface VirtualTableProps<Row> extends Sorting {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Returns the name of a row, for the label of its checkbox. @default `rowKey` */
  readonly rowName?: (row: Row) => string;
  /** The number of rows on the server; `undefined` if unknown. */
  readonly total?: number | undefined;
  /** The table scrolls this row into view. */
  readonly currentIndex?: number;
  readonly selection?: RowSelection;
  /** Called when a row is clicked, except on its links and controls. */
  readonly onOpen?: (row: Row) => void;
  /** Called when the last loaded row comes into view. */
  readonly onEnd?: () => void;
  /** The content below the rows, such as a loading indicator. */
  readonly footer?: ReactNode;
}

const rowHeight = 34;

/** A virtualized table, which renders only the rows in view. Fills the height of its container. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const {
    label,
    rows,
    columns,
    rowKey,
    rowName = rowKey,
    total,
    currentIndex,
    selection,
    onOpen,
    onEnd,
    footer,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const shownColumns = columns.filter(({ hideBelow = 0 }) => width >= hideBelow);
  const gridTemplateColumns = [...(selection ? ['36px'] : []), ...shownColumns.map((column) => column.width)].join(' ');
  // a table that is too narrow for its columns scrolls horizontally
  const minWidth = shownColumns.reduce((sum, column) => sum + minWidthOf(column), selection ? 52 : 16);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called only here
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index;

  const notifyEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (lastIndex !== undefined && lastIndex >= rows.length - 1) notifyEnd();
  }, [lastIndex, rows.length]);
  const scrollTo = useEffectEvent((index: number) => virtualizer.scrollToIndex(index));
  useEffect(() => {
    if (currentIndex !== undefined && currentIndex >= 0) scrollTo(currentIndex);
  }, [currentIndex]);

  return (
    <div
      ref={scroller}
      className={styles['table']}
      role="table"
      aria-label={label}
      aria-rowcount={(total ?? -2) + 1}
      tabIndex={0}
    >
      <TableHead {...props} columns={shownColumns} gridTemplateColumns={gridTemplateColumns} minWidth={minWidth} />
      <div role="rowgroup" style={{ height: virtualizer.getTotalSize(), position: 'relative', minWidth }}>
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
              gridTemplateColumns={gridTemplateColumns}
              isCurrent={index === currentIndex}
              {...(onOpen && { onOpen: () => onOpen(row) })}
              {...(selection && { selection })}
            />
          );
        })}
      </div>
      {footer}
    </div>
  );
}

/** Returns the minimum width of a column, in px: 120 for `120px`, and 140 for `minmax(140px, 2fr)`. */
const minWidthOf = ({ width }: { readonly width: string }): number => Number(/\d+/.exec(width)?.[0] ?? 0);
