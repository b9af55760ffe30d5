import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { RunPoint, RunPoints } from 'millrace/shared/runs/run-lists.js';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Panel } from '../../parts/basics/panel.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { formatDuration } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { useLanguage, useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import { plotPoints } from './plot-points.js';
import type { RunQuery } from './run-filters.js';
import styles from './runs.module.css';

interface HoveredPoint {
  readonly point: RunPoint;
  /** The position of the point in the chart, in px. */
  readonly left: number;
  readonly top: number;
}

/** A scatter chart of the newest runs that have started and match the query, by start time and duration. Clicking a point opens the run. */
export function DurationChart({ runQuery }: { readonly runQuery: RunQuery }) {
  const text = useText(runsText);
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const container = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<HoveredPoint>();
  const { data } = useQuery({
    queryKey: queryKeys.runPoints(runQuery),
    queryFn: ({ signal }) => callApi<RunPoints>('/v1/runs/points', { query: runQuery, signal }),
  });
  const openRun = useEffectEvent((id: string) => navigate(`/runs/${id}`));
  const format = useEffectEvent((ms: number) => formatDuration(ms, language));

  useEffect(() => {
    if (!container.current || !data) return undefined;
    return plotPoints(container.current, data.items, {
      onHover: (point, left, top) => setHovered(point && { point, left, top }),
      onOpen: (point) => openRun(point.requestId),
      formatDuration: (ms) => format(ms),
      language,
    });
  }, [data, language]);

  const help = data && text.chartHelp(data.items.length, data.more);
  return (
    <Panel title={text.chart} aside={help} className={styles['chart-panel']}>
      <div className={styles['chart']} role="img" aria-label={`${text.chart}. ${help ?? ''}`}>
        <div ref={container} />
        {hovered && (
          <div className={styles['tip']} style={{ left: hovered.left, top: hovered.top }} aria-hidden="true">
            <strong>{escapeInvisible(hovered.point.of)}</strong> <StateBadge state={hovered.point.state} />
            <br />
            {formatDuration(hovered.point.durationMs, language)} · <Time at={hovered.point.startedAt} />
          </div>
        )}
      </div>
    </Panel>
  );
}
