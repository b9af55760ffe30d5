import type { RunStats } from 'millrace/shared/runs/run-stats.js';
import { Link, useLocation } from 'wouter';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { visibleText } from '../../parts/basics/visible-text.js';
import { Duration } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { useLanguage, useText } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const shownRows = 6;
/** From this change on, it is worse. */
const worse = 0.1;

interface SlowRow {
  readonly key: string;
  readonly of: string;
  readonly p95: number;
  /** `null` if nothing completed in the time span before. */
  readonly before: number | null;
  readonly change: number | null;
}

export interface SlowListProps extends Pick<RunStats, 'byOf'> {
  /** Since when the durations are counted. ISO 8601. */
  readonly since: string;
}

/** What takes long, by the 95th percentile: first what takes longer than in the time span before, then what is new. */
export function SlowList({ byOf, since }: SlowListProps) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const [, navigate] = useLocation();
  const hrefOf = ({ of }: SlowRow) =>
    `/runs?${new URLSearchParams({ of, state: 'completed', since, sort: '-duration' }).toString()}`;
  const rows = byOf
    .flatMap(({ of, kind, durations: { p95 }, before }): SlowRow[] =>
      p95 === null ? [] : [{ key: `${kind} ${of}`, of, p95, before: before.p95, change: changeOf(p95, before.p95) }],
    )
    .sort((a, b) => (b.change ?? -Infinity) - (a.change ?? -Infinity) || b.p95 - a.p95)
    .slice(0, shownRows);
  const columns: ShortColumn<SlowRow>[] = [
    {
      key: 'of',
      header: text.name,
      grows: true,
      cell: (row) => (
        <Link href={hrefOf(row)} aria-label={text.slowest(visibleText(row.of))}>
          <Name>{row.of}</Name>
        </Link>
      ),
    },
    { key: 'p95', header: text.p95, align: 'end', cell: ({ p95 }) => <Duration ms={p95} /> },
    { key: 'before', header: text.p95Before, align: 'end', cell: ({ before }) => <Duration ms={before} /> },
    {
      key: 'change',
      header: text.change,
      align: 'end',
      cell: ({ change }) =>
        change === null ? (
          <span className={styles['quiet']}>{text.isNew}</span>
        ) : (
          <span className={change > worse ? styles['worse'] : undefined}>
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
    <Panel title={text.slow} aside={text.slowHelp}>
      {rows.length === 0 ? (
        <p className={styles['quiet']}>{text.nothingSlow}</p>
      ) : (
        <div className={styles['bleed']}>
          <ShortTable
            label={text.slow}
            rows={rows}
            columns={columns}
            rowKey={({ key }) => key}
            onOpen={(row) => navigate(hrefOf(row))}
          />
        </div>
      )}
    </Panel>
  );
}

const changeOf = (p95: number, before: number | null): number | null =>
  before === null ? null : p95 / Math.max(1, before) - 1;
