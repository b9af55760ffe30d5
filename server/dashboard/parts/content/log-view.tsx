import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { LogLineView } from './log-line-view.js';
import styles from './log-view.module.css';

export interface LogViewProps {
  /** The lines, in ascending order. Lines can be added at both ends. */
  readonly lines: readonly StoredLogLine[];
  readonly wrap: boolean;
  /** Whether to scroll to the end when lines arrive. Scrolling up calls `onFollow(false)`; the End key calls `onFollow(true)`. */
  readonly follow: boolean;
  readonly onFollow?: (follow: boolean) => void;
  readonly selectedLine?: number | undefined;
  readonly onSelect?: (line: number) => void;
  /** Called when the first loaded line comes into view. */
  readonly onStart?: () => void;
  /** Called when the last loaded line comes into view. */
  readonly onEnd?: () => void;
  readonly label?: string;
}

const rowHeight = 24;

/** A virtualized log, which renders only the lines in view. */
export function LogView({
  lines,
  wrap,
  follow,
  onFollow,
  selectedLine,
  onSelect,
  onStart,
  onEnd,
  label,
}: LogViewProps) {
  const text = useText(sharedText);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called only here
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.line ?? index,
    overscan: 20,
  });
  const items = rows.getVirtualItems();
  const firstIndex = items[0]?.index;
  const lastIndex = items.at(-1)?.index;

  // when earlier lines are added, keep the visible lines in place
  const firstLine = lines[0]?.line;
  const previousFirstLine = useRef(firstLine);
  useLayoutEffect(() => {
    const before = previousFirstLine.current;
    previousFirstLine.current = firstLine;
    if (before === undefined || firstLine === undefined || firstLine >= before || !scroller.current) return;
    const added = lines.findIndex(({ line }) => line === before);
    if (added > 0) scroller.current.scrollTop += added * rowHeight;
  }, [firstLine, lines]);
  const scrollToEnd = useEffectEvent(() => rows.scrollToIndex(lines.length - 1, { align: 'end' }));
  useEffect(() => {
    if (follow) scrollToEnd();
  }, [follow, lines.length, wrap]);
  const scrollToSelected = useEffectEvent(() => {
    const index = lines.findIndex(({ line }) => line === selectedLine);
    if (index >= 0) rows.scrollToIndex(index, { align: 'center' });
  });
  const isLoaded = selectedLine !== undefined && lines.some(({ line }) => line === selectedLine);
  useEffect(() => {
    if (isLoaded) scrollToSelected();
  }, [isLoaded, selectedLine]);
  const notifyStartAtTop = ({ scrollTop }: { readonly scrollTop: number }) => {
    if (scrollTop < rowHeight) onStart?.();
  };
  const notifyStart = useEffectEvent(() => notifyStartAtTop(scroller.current ?? { scrollTop: 0 }));
  const notifyEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (firstIndex === 0) notifyStart();
  }, [firstIndex, lines.length]);
  useEffect(() => {
    if (lastIndex !== undefined && lastIndex === lines.length - 1) notifyEnd();
  }, [lastIndex, lines.length]);

  return (
    <div
      ref={scroller}
      className={styles['log']}
      role="log"
      aria-live="off"
      aria-label={label ?? text.log}
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onFollow?.(false);
      }}
      onScroll={({ currentTarget: log }) => {
        const isAwayFromEnd = log.scrollHeight - log.scrollTop - log.clientHeight > 2 * rowHeight;
        // stop following only if the user is dragging the scroll bar: the element then matches `:active`
        if (isAwayFromEnd && log.matches(':active')) onFollow?.(false);
        // the overscan renders the first row before the user reaches the top, so check the scroll position again
        if (firstIndex === 0 && !follow) notifyStartAtTop(log);
      }}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollow?.(false);
        if (event.key === 'End') onFollow?.(true);
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative', minWidth: wrap ? undefined : 'max-content' }}>
        {items.map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                className={styles['row']}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogLineView
                  line={line}
                  wrap={wrap}
                  isSelected={line.line === selectedLine}
                  {...(onSelect && { onSelect })}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
