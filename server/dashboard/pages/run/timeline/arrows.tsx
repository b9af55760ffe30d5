import { useMemo, useRef } from 'react';
import { useWidth } from '../../../parts/tables/use-width.js';
import type { Lane } from './lanes.js';
import { findDependencies } from './dependencies.js';
import type { TimeScale } from './time-scale.js';
import styles from './timeline.module.css';

export interface ArrowsProps {
  readonly lanes: readonly Lane[];
  readonly selected: Lane | undefined;
  readonly scale: TimeScale;
  readonly now: number;
  readonly rowHeight: number;
}

/** The horizontal distance from the start of a curve to its first control point, in px. */
const controlOffset = 14;

/**
 * Arrows for the dependencies between the selected lane and other lanes. Each arrow points from the end of a lane to the start of the work
 * of a lane that depends on it.
 */
export function Arrows({ lanes, selected, scale, now, rowHeight }: ArrowsProps) {
  const container = useRef<HTMLDivElement>(null);
  const width = useWidth(container);
  const dependencies = useMemo(() => findDependencies(lanes, selected), [lanes, selected]);
  const xOf = (time: number) => Math.round(width * Math.min(1, Math.max(0, scale.positionOf(time))));
  const yOf = (index: number) => (index + 0.5) * rowHeight;
  return (
    <div ref={container} className={styles['arrows']} aria-hidden="true">
      <svg>
        {dependencies.map(({ from, to }) => {
          const [prerequisite, dependent] = [lanes[from], lanes[to]];
          if (!prerequisite || !dependent || width === 0) return null;
          const [x1, y1, x2, y2] = [xOf(endOf(prerequisite, now)), yOf(from), xOf(startOf(dependent, now)), yOf(to)];
          const key = `${prerequisite.id} ${dependent.id}`;
          return (
            <g key={key} data-arrow={key}>
              <path d={`M${x1} ${y1} C${x1 + controlOffset} ${y1} ${x2 - 2 * controlOffset} ${y2} ${x2 - 5} ${y2}`} />
              <path className={styles['tip']} d={`M${x2} ${y2} l-7 -4 v8 z`} />
            </g>
          );
        })}
      </svg>
    </div>
  );
}

const endOf = ({ segments }: Lane, now: number): number => segments.at(-1)?.to ?? now;

/** Returns when the work of a lane started; `now` if the work has not started. */
const startOf = ({ segments }: Lane, now: number): number =>
  segments.find(({ kind }) => kind !== 'waiting')?.from ?? now;
