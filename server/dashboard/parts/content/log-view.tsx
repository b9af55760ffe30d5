import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from 'react';
import type { StoredLogLine } from 'millrace/shared/runs/run-event.js';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { LogLineView } from './log-line-view.js';
import styles from './log-view.module.css';

export interface LogViewProps {
  /** The lines, ordered by number. Lines may be added at both ends. */
  readonly lines: readonly StoredLogLine[];
  readonly wrap: boolean;
  /** Whether to stay at the end while lines arrive. Scrolling away from the end calls `onFollow(false)`. */
  readonly follow: boolean;
  readonly onFollow?: (follow: boolean) => void;
  /** The number of the line in the URL. */
  readonly selected?: number | undefined;
  readonly onSelect?: (line: number) => void;
  /** Called when the first of the lines comes into view. */
  readonly onStart?: () => void;
  /** Called when the last of the lines comes into view. */
  readonly onEnd?: () => void;
  readonly label?: string;
}

const rowHeight = 24;

/** A log of any length that renders only the lines in view. */
export function LogView({ lines, wrap, follow, onFollow, selected, onSelect, onStart, onEnd, label }: LogViewProps) {
  const text = useText(partsText);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called only here
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.line ?? index,
    overscan: 20,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index;
  const last = shown.at(-1)?.index;

  // earlier lines that are added must not move the lines in view
  const firstLine = lines[0]?.line;
  const firstBefore = useRef(firstLine);
  useLayoutEffect(() => {
    const before = firstBefore.current;
    firstBefore.current = firstLine;
    if (before === undefined || firstLine === undefined || firstLine >= before || !scroller.current) return;
    const added = lines.findIndex(({ line }) => line === before);
    if (added > 0) scroller.current.scrollTop += added * rowHeight;
  }, [firstLine, lines]);
  const toEnd = useEffectEvent(() => rows.scrollToIndex(lines.length - 1, { align: 'end' }));
  useEffect(() => {
    if (follow) toEnd();
  }, [follow, lines.length, wrap]);
  const toSelected = useEffectEvent(() => {
    const index = lines.findIndex(({ line }) => line === selected);
    if (index >= 0) rows.scrollToIndex(index, { align: 'center' });
  });
  const isLoaded = selected !== undefined && lines.some(({ line }) => line === selected);
  useEffect(() => {
    if (isLoaded) toSelected();
  }, [isLoaded, selected]);
  const checkTop = ({ scrollTop }: { readonly scrollTop: number }) => {
    if (scrollTop < rowHeight) onStart?.();
  };
  const atStart = useEffectEvent(() => checkTop(scroller.current ?? { scrollTop: 0 }));
  const atEnd = useEffectEvent(() => onEnd?.());
  useEffect(() => {
    if (first === 0) atStart();
  }, [first, lines.length]);
  useEffect(() => {
    if (last !== undefined && last === lines.length - 1) atEnd();
  }, [last, lines.length]);

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
        // the log is active while its scroll bar is dragged
        if (isAwayFromEnd && log.matches(':active')) onFollow?.(false);
        // the first row is rendered before it comes into view, so reaching the top does not change `first`
        if (first === 0 && !follow) checkTop(log);
      }}
      onKeyDown={(event) => {
        if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) onFollow?.(false);
        if (event.key === 'End') onFollow?.(true);
      }}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative', minWidth: wrap ? undefined : 'max-content' }}>
        {shown.map(({ index, key, start }) => {
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
                  selected={line.line === selected}
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
