import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { LogLineView } from './log-line-view.js';
import styles from './log-view.module.css';

export interface LogViewProps {
  /** The loaded lines, by ascending line number. Lines can be added at both ends. */
  readonly lines: readonly StoredLogLine[];
  readonly wrap: boolean;
  /** Whether to keep the end of the log in view as lines are added. */
  readonly follow: boolean;
  /** Called with `false` when the user scrolls up, and with `true` when the user presses the End key. */
  readonly onFollowChange?: (follow: boolean) => void;
  readonly selectedLine?: number | undefined;
  readonly onSelect?: (lineNumber: number) => void;
  /** Called when the first loaded line comes into view, and possibly again while it is in view. */
  readonly onStartReached?: () => void;
  /** Called when the last loaded line is rendered, shortly before it comes into view. */
  readonly onEndReached?: () => void;
  /**
   * When lines were most recently loaded. After a change, `onStartReached` and `onEndReached` are called again if their conditions hold.
   */
  readonly loadedAt?: number;
  readonly label?: string;
}

const rowHeight = 24;

/** A virtualized log, which renders only the lines in or near the view. */
export function LogView({
  lines,
  wrap,
  follow,
  onFollowChange,
  selectedLine,
  onSelect,
  onStartReached,
  onEndReached,
  label,
  loadedAt,
}: LogViewProps) {
  const text = useText(sharedText);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are used only in this component
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.line ?? index,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const firstIndex = items[0]?.index;
  const lastIndex = items.at(-1)?.index;

  // when earlier lines are added, keep the visible lines in place
  const firstLine = lines[0]?.line;
  const previousFirstLine = useRef(firstLine);
  useLayoutEffect(() => {
    const previous = previousFirstLine.current;
    previousFirstLine.current = firstLine;
    if (previous === undefined || firstLine === undefined || firstLine >= previous || !scroller.current) return;
    const addedCount = lines.findIndex(({ line }) => line === previous);
    if (addedCount > 0) scroller.current.scrollTop += addedCount * rowHeight;
  }, [firstLine, lines]);
  const scrollToEnd = useEffectEvent(() => virtualizer.scrollToIndex(lines.length - 1, { align: 'end' }));
  useEffect(() => {
    if (follow) scrollToEnd();
  }, [follow, lines.length, wrap]);
  const scrollToSelected = useEffectEvent(() => {
    const index = lines.findIndex(({ line }) => line === selectedLine);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' });
  });
  const isSelectedLineLoaded = selectedLine !== undefined && lines.some(({ line }) => line === selectedLine);
  useEffect(() => {
    if (isSelectedLineLoaded) scrollToSelected();
  }, [isSelectedLineLoaded, selectedLine]);
  const notifyStartIfAtTop = ({ scrollTop }: { readonly scrollTop: number }) => {
    if (scrollTop < rowHeight) onStartReached?.();
  };
  const notifyStart = useEffectEvent(() => notifyStartIfAtTop(scroller.current ?? { scrollTop: 0 }));
  const notifyEnd = useEffectEvent(() => onEndReached?.());
  useEffect(() => {
    if (firstIndex === 0) notifyStart();
  }, [firstIndex, lines.length, loadedAt]);
  useEffect(() => {
    if (lastIndex !== undefined && lastIndex === lines.length - 1) notifyEnd();
  }, [lastIndex, lines.length, loadedAt]);

  return (
    <div
      ref={scroller}
      className={styles['log']}
      role="log"
      aria-live="off"
      aria-label={label ?? text.log}
      tabIndex={0}
      onWheel={(event) => {
        if (event.deltaY < 0) onFollowChange?.(false);
      }}
      onScroll={({ currentTarget: log }) => {
        const isAwayFromEnd = log.scrollHeight - log.scrollTop - log.clientHeight > 2 * rowHeight;
        // stop following if the user drags the scrollbar away from the end: the element matches `:active` during the drag
        if (isAwayFromEnd && log.matches(':active')) onFollowChange?.(false);
        // because of the overscan, `firstIndex` becomes 0 before the first row is in view, so also check while scrolling
        if (firstIndex === 0 && !follow) notifyStartIfAtTop(log);
      }}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollowChange?.(false);
        if (event.key === 'End') onFollowChange?.(true);
      }}
    >
      <div
        style={{ height: virtualizer.getTotalSize(), position: 'relative', minWidth: wrap ? undefined : 'max-content' }}
      >
        {items.map(({ index, key, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={key}
                ref={virtualizer.measureElement}
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
