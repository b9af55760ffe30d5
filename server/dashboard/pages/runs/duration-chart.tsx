import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { RunPoint, RunPoints } from 'millrace/shared/runs/run-lists.js';
import { api } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Panel } from '../../parts/basics/panel.js';
import { visibleText } from '../../parts/basics/visible-text.js';
import { formatDuration } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { useLanguage, useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import { plotPoints } from './plot-points.js';
import type { RunSelection } from './run-filters.js';
import styles from './runs.module.css';

interface HoveredPoint {
  readonly point: RunPoint;
  /** The position inside the chart, in px. */
  readonly left: number;
  readonly top: number;
}

/** A chart with a point for each run, by start time and duration. A click on a point opens the run. */
export function DurationChart({ selection }: { readonly selection: RunSelection }) {
  const text = useText(runsText);
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const place = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<HoveredPoint>();
  const { data } = useQuery({
    queryKey: queryKeys.runPoints(selection),
    queryFn: ({ signal }) => api<RunPoints>('/v1/runs/points', { query: selection, signal }),
  });
  const open = useEffectEvent((id: string) => navigate(`/runs/${id}`));
  const showDuration = useEffectEvent((ms: number) => formatDuration(ms, language));

  useEffect(() => {
    if (!place.current || !data) return undefined;
    return plotPoints(place.current, data.items, {
      onPoint: (point, left, top) => setHovered(point && { point, left, top }),
      onOpen: (point) => open(point.requestId),
      formatDuration: (ms) => showDuration(ms),
      language,
    });
  }, [data, language]);

  const help = data && text.chartHelp(data.items.length, data.more);
  return (
    <Panel title={text.chart} aside={help} className={styles['chart-panel']}>
      <div className={styles['chart']} role="img" aria-label={`${text.chart}. ${help ?? ''}`}>
        <div ref={place} />
        {hovered && (
          <div className={styles['tip']} style={{ left: hovered.left, top: hovered.top }} aria-hidden="true">
            <strong>{visibleText(hovered.point.of)}</strong> <StateBadge state={hovered.point.state} />
            <br />
            {formatDuration(hovered.point.durationMs, language)} · <Time at={hovered.point.startedAt} />
          </div>
        )}
      </div>
    </Panel>
  );
}
