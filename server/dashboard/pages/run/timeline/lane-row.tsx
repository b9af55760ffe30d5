import { Name } from '../../../parts/basics/name.js';
import { formatDuration } from '../../../parts/records/format.js';
import { StateIcon } from '../../../parts/records/state-icon.js';
import { WarningBadge } from '../../../parts/records/state-badge.js';
import { Duration } from '../../../parts/records/time.js';
import { useLanguage, useText } from '../../../text/language.js';
import { sharedText } from '../../../text/shared-text.js';
import { runText } from '../../../text/run.js';
import type { Lane, Segment } from './lanes.js';
import type { TimeScale } from './time-scale.js';
import styles from './timeline.module.css';

export interface LaneRowProps {
  readonly lane: Lane;
  readonly scale: TimeScale;
  readonly now: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
}

export function LaneRow({ lane, scale, now, isSelected, onSelect, onToggle }: LaneRowProps) {
  const text = useText(runText);
  const { states } = useText(sharedText);
  const { language } = useLanguage();
  const { name, depth, state, late, attempt, durationMs, startedAt, childRunId, isExpanded } = lane;
  const shownState = late && state === 'pending' ? 'late' : state;
  const duration = durationMs === null ? '' : formatDuration(durationMs, language);
  return (
    <div className={styles['lane']} data-selected={isSelected || undefined}>
      <div className={styles['name']} style={{ paddingLeft: 28 + depth * 18 }}>
        {childRunId !== null && (
          <button
            type="button"
            className={styles['toggle']}
            aria-expanded={isExpanded}
            aria-label={isExpanded ? text.collapse(name) : text.expand(name)}
            onClick={onToggle}
          >
            <span aria-hidden="true">{isExpanded ? '▾' : '▸'}</span>
          </button>
        )}
        <button type="button" className={styles['select']} aria-pressed={isSelected} onClick={onSelect}>
          <StateIcon name={shownState} />
          <Name>{name}</Name>
          <span className="visually-hidden">{text.laneState(states[shownState], duration)}</span>
          {attempt > 1 && <span className={styles['attempts']}>{text.attempts(attempt)}</span>}
          <WarningBadge count={lane.warningCount} brief />
        </button>
      </div>
      <div className={styles['track']} aria-hidden="true" onClick={onSelect}>
        {lane.segments.map((segment, index) => (
          <Bar key={index} segment={segment} scale={scale} now={now} isNested={depth > 0} />
        ))}
      </div>
      <div className={styles['duration']}>
        <Duration ms={durationMs} since={lane.segments.at(-1)?.to === null ? startedAt : null} />
      </div>
    </div>
  );
}

interface BarProps {
  readonly segment: Segment;
  readonly scale: TimeScale;
  readonly now: number;
  readonly isNested: boolean;
}

function Bar({ segment, scale, now, isNested }: BarProps) {
  const left = Math.max(0, scale.positionOf(segment.from));
  const right = Math.min(1, scale.positionOf(segment.to ?? now));
  if (right < 0 || left > 1) return null;
  return (
    <span
      className={styles['bar']}
      data-kind={segment.kind}
      data-nested={isNested || undefined}
      style={{
        left: `${100 * left}%`,
        width: `max(${segment.kind === 'pause' ? 0 : 3}px, ${100 * (right - left)}%)`,
        ...(segment.kind !== 'waiting' && segment.kind !== 'pause' && { background: `var(--${segment.kind})` }),
      }}
    />
  );
}
