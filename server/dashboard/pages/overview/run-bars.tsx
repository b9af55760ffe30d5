import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { RunState } from 'millrace/shared/runs/run-status.js';
import { Link } from 'wouter';
import { countRuns } from '../../data/count-runs.js';
import { Panel } from '../../parts/basics/panel.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { useLanguage, useText } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

/** The order of the states in a bar, from bottom to top, and in the legend. */
const stackOrder: readonly RunState[] = [
  'completed',
  'cancelled',
  'running',
  'retrying',
  'pending',
  'failed',
  'crashed',
];

/** A stacked bar chart of runs by creation time and state. Each non-empty bar links to its runs. */
export function RunBars({ stats }: { readonly stats: RunStats }) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const maxCount = Math.max(1, ...stats.buckets.map(({ runs }) => countRuns(runs)));
  const formatTime = (at: string) =>
    new Date(at).toLocaleString(localeOf(language), {
      ...(stats.bucketSeconds >= 3600 && { month: 'short', day: 'numeric' }),
      hour: '2-digit',
      minute: '2-digit',
    });
  return (
    <Panel
      title={text.chartTitle}
      className={styles['bars']}
      aside={stackOrder
        .filter((state) => stats.runs[state] > 0)
        .map((state) => (
          <Link key={state} href={`/runs?state=${state}&since=${encodeURIComponent(stats.from)}`}>
            <StateBadge state={state} label={text.states[state](stats.runs[state])} />
          </Link>
        ))}
    >
      <div className={styles['chart']} role="group" aria-label={text.chartLabel}>
        {stats.buckets.map(({ at, runs }) => {
          const until = new Date(Date.parse(at) + stats.bucketSeconds * 1000).toISOString();
          const shownStates = stackOrder.filter((state) => runs[state] > 0);
          const counts = shownStates.map((state) => text.states[state](runs[state])).join(', ');
          const label = `${formatTime(at)}: ${counts === '' ? text.noRuns : counts}`;
          if (shownStates.length === 0) return <span key={at} className={styles['bar']} title={label} />;
          return (
            <Link
              key={at}
              className={styles['bar'] ?? ''}
              href={`/runs?since=${encodeURIComponent(at)}&until=${encodeURIComponent(until)}`}
              title={label}
              aria-label={label}
            >
              {shownStates.map((state) => (
                <span
                  key={state}
                  className={styles['part']}
                  style={{ height: `${(95 * runs[state]) / maxCount}%`, background: `var(--${state})` }}
                />
              ))}
            </Link>
          );
        })}
      </div>
      <div className={styles['axis']} aria-hidden="true">
        {[0, 0.25, 0.5, 0.75].map((fraction) => (
          <span key={fraction}>
            {formatTime(stats.buckets[Math.floor(fraction * stats.buckets.length)]?.at ?? stats.from)}
          </span>
        ))}
        <span>{formatTime(stats.to)}</span>
      </div>
    </Panel>
  );
}
