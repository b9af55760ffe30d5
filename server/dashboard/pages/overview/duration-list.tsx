import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { Link, useLocation } from 'wouter';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { Duration, NoValue } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const maxRows = 6;
/** The relative increase above which a change is highlighted. */
const highlightThreshold = 0.1;

interface DurationRow {
  readonly kind: RunStatus['kind'];
  /** The name of the pipeline, flow or task. */
  readonly of: string;
  /** The 95th percentile of the durations, in ms. */
  readonly p95: number;
  /** The 95th percentile in the previous period, in ms; `null` if the statistics do not contain it. */
  readonly previousP95: number | null;
  /** The relative change of `p95` since the previous period; `null` if `previousP95` is `null`. */
  readonly change: number | null;
}

export interface DurationListProps extends Pick<RunStats, 'byOf'> {
  /** The start of the period, in ISO 8601. */
  readonly since: string;
}

/**
 * A table of at most `maxRows` 95th percentiles of run durations, sorted by relative change since the previous period, largest increase
 * first. Rows without a previous percentile come last.
 */
export function DurationList({ byOf, since }: DurationListProps) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const hrefOf = ({ of, kind }: DurationRow) =>
    `/runs?${new URLSearchParams({ of, kind, state: 'completed', since, sort: '-duration' }).toString()}`;
  const rows = byOf
    .flatMap(({ of, kind, durations: { p95 }, before: previous }): DurationRow[] =>
      p95 === null
        ? []
        : [{ kind, of, p95, previousP95: previous.p95, change: computeRelativeChange(p95, previous.p95) }],
    )
    .sort((a, b) => (b.change ?? -Infinity) - (a.change ?? -Infinity) || b.p95 - a.p95)
    .slice(0, maxRows);
  const columns: ShortColumn<DurationRow>[] = [
    {
      key: 'of',
      header: text.name,
      grows: true,
      cell: (row) => (
        <Link href={hrefOf(row)} aria-label={text.slowest(escapeInvisible(row.of))}>
          <Name>{row.of}</Name>
        </Link>
      ),
    },
    { key: 'p95', header: text.p95, align: 'end', cell: ({ p95 }) => <Duration ms={p95} /> },
    {
      key: 'previousP95',
      header: text.previousP95,
      align: 'end',
      cell: ({ previousP95 }) => <Duration ms={previousP95} />,
    },
    {
      key: 'change',
      header: text.change,
      align: 'end',
      cell: ({ change }) =>
        change === null ? (
          <NoValue />
        ) : (
          <span className={change > highlightThreshold ? styles['worse'] : undefined}>
            {change.toLocaleString(localeOf(language), {
              style: 'percent',
              signDisplay: 'exceptZero',
              maximumFractionDigits: 0,
            })}
          </span>
        ),
    },
  ];
  return (
    <Panel title={text.durations} aside={text.durationsHelp}>
      {rows.length === 0 ? (
        <p className={styles['quiet']}>{text.nothingCompleted}</p>
      ) : (
        <div className={styles['bleed']}>
          <ShortTable
            label={text.durations}
            rows={rows}
            columns={columns}
            rowKey={({ kind, of }) => `${kind} ${of}`}
            onOpen={(row) => navigate(hrefOf(row))}
          />
        </div>
      )}
    </Panel>
  );
}

const computeRelativeChange = (p95: number, previousP95: number | null): number | null =>
  previousP95 === null ? null : p95 / Math.max(1, previousP95) - 1;
