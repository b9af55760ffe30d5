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
  /** Returns a row's name in the label of its checkbox. @default `rowKey` */
  readonly rowName?: (row: Row) => string;
  /** The total number of rows, including rows that are not loaded yet; `undefined` if unknown. */
  readonly total?: number | undefined;
  /** The index of the row that the table highlights and scrolls into view; -1 for no row. */
  readonly currentIndex?: number;
  readonly selection?: RowSelection;
  /** Called when a row is clicked outside its links and controls, unless text is selected. */
  readonly onOpen?: (row: Row) => void;
  /** Called when the last loaded row is rendered, which can be before it scrolls into view. */
  readonly onEndReached?: () => void;
  /** The content below the rows, such as a loading indicator. */
  readonly footer?: ReactNode;
}

const rowHeight = 34;

/** A virtualized table, which renders only the rows in and near the visible area. Fills the height of its container. */
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
    onEndReached,
    footer,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const shownColumns = columns.filter(({ hideBelow = 0 }) => width >= hideBelow);
  const gridTemplateColumns = [...(selection ? ['36px'] : []), ...shownColumns.map((column) => column.width)].join(' ');
  // below this width, the table scrolls horizontally
  const minWidth = shownColumns.reduce((sum, column) => sum + minWidthOf(column), selection ? 52 : 16);
  // oxlint-disable-next-line react/incompatible-library -- only this component calls the virtualizer's functions
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollPaddingStart: rowHeight,
  });
  const items = virtualizer.getVirtualItems();
  const lastRenderedIndex = items.at(-1)?.index;

  const notifyEnd = useEffectEvent(() => onEndReached?.());
  useEffect(() => {
    if (lastRenderedIndex !== undefined && lastRenderedIndex >= rows.length - 1) notifyEnd();
  }, [lastRenderedIndex, rows.length]);
  const scrollToRow = useEffectEvent((index: number) => virtualizer.scrollToIndex(index));
  useEffect(() => {
    if (currentIndex !== undefined && currentIndex >= 0) scrollToRow(currentIndex);
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
