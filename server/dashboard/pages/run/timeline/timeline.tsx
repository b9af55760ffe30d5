import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef } from 'react';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { Button } from '../../../parts/basics/button.js';
import { Panel } from '../../../parts/basics/panel.js';
import { formatDuration } from '../../../parts/records/format.js';
import { useNow } from '../../../parts/records/now.js';
import { useLanguage, useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { Arrows } from './arrows.js';
import { LaneRow } from './lane-row.js';
import { computeTimeRange, type Lane, type TimeRange } from './lanes.js';
import { createTimeScale } from './time-scale.js';
import { useBrush } from './use-brush.js';
import styles from './timeline.module.css';

export interface TimelineProps {
  readonly run: RunStatus;
  readonly lanes: readonly Lane[];
  readonly selected: Lane | undefined;
  readonly onSelect: (lane: Lane) => void;
  readonly onToggle: (lane: Lane) => void;
  /** The visible time range, in ms since the start of the timeline; `undefined` for the whole timeline. */
  readonly zoom: TimeRange | undefined;
  readonly onZoom: (zoom: TimeRange | undefined) => void;
}

const rowHeight = 30;

/** The timeline of a run, with a row for each lane. Renders only the rows in or near the visible area. */
export function Timeline({ run, lanes, selected, onSelect, onToggle, zoom, onZoom }: TimelineProps) {
  const text = useText(runText);
  const { language } = useLanguage();
  const isFinished = isFinalState(run.state);
  const now = useNow(!isFinished);
  const fullRange = computeTimeRange(run, lanes, now);
  const range = zoom ? { from: fullRange.from + zoom.from, to: fullRange.from + zoom.to } : fullRange;
  const scale = createTimeScale(range, lanes, now);
  const gapMs = scale.gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer's functions are called only here
  const rows = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const selectedIndex = selected ? lanes.findIndex(({ id }) => id === selected.id) : -1;
  const scrollTo = useEffectEvent((index: number) => rows.scrollToIndex(index));
  useEffect(() => {
    if (selectedIndex >= 0) scrollTo(selectedIndex);
  }, [selectedIndex]);
  const brush = useBrush(scale, getTrackBounds, (next) =>
    onZoom({ from: next.from - fullRange.from, to: next.to - fullRange.from }),
  );

  const duration = formatDuration(fullRange.to - fullRange.from, language);
  const zoomLabel = zoom && text.zoomedRange(formatDuration(zoom.from, language), formatDuration(zoom.to, language));
  return (
    <Panel
      title={text.timeline}
      flush
      className={styles['panel']}
      aside={
        <>
          {zoom && (
            <Button kind="quiet" onClick={() => onZoom(undefined)}>
              {text.showAll}
            </Button>
          )}
          <span title={text.zoomHelp}>
            {zoomLabel ?? (isFinished ? text.fullRange(duration) : text.rangeSoFar(duration))}
            {gapMs > 0 && ` · ${text.idleCollapsed(formatDuration(gapMs, language))}`}
          </span>
        </>
      }
    >
      {lanes.length === 0 && <p className={styles['empty']}>{text.noTasks}</p>}
      <div
        ref={scroller}
        className={styles['lanes']}
        tabIndex={0}
        role="group"
        aria-label={text.timeline}
        {...brush.handlers}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          <div className={styles['grid']} aria-hidden="true">
            {scale.gaps.map(({ from, to }) => (
              <span
                key={from}
                className={styles['idle']}
                style={{
                  left: `${100 * scale.positionOf(from)}%`,
                  width: `${100 * (scale.positionOf(to) - scale.positionOf(from))}%`,
                }}
              />
            ))}
            {brush.selection && (
              <span
                className={styles['brush']}
                style={{
                  left: `${100 * Math.min(brush.selection.from, brush.selection.to)}%`,
                  width: `${100 * Math.abs(brush.selection.to - brush.selection.from)}%`,
                }}
              />
            )}
          </div>
          {rows.getVirtualItems().map(({ index, start }) => {
            const lane = lanes[index];
            return (
              lane && (
                <div key={lane.id} className={styles['row']} style={{ transform: `translateY(${start}px)` }}>
                  <LaneRow
                    lane={lane}
                    scale={scale}
                    now={now}
                    isSelected={lane.id === selected?.id}
                    onSelect={() => onSelect(lane)}
                    onToggle={() => onToggle(lane)}
                  />
                </div>
              )
            );
          })}
          <Arrows lanes={lanes} selected={selected} scale={scale} now={now} rowHeight={rowHeight} />
        </div>
      </div>
    </Panel>
  );
}

/** Returns the bounding rectangle of the first rendered track, if any. All tracks have the same left edge and width. */
const getTrackBounds = (lanes: Element): DOMRect | undefined =>
  lanes.querySelector(`.${styles['track'] ?? ''}`)?.getBoundingClientRect();
