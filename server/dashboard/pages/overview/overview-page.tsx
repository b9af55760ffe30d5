import { countRuns } from '../../data/count-runs.js';
import { useLiveStats } from '../../data/live/live.js';
import { useRefetchOnRunEvents } from '../../data/live/throttled-refetch.js';
import { useFailures, usePipelines, useStats } from '../../data/summaries.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Stack } from '../../parts/basics/stack.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RangePicker, useStatsRange } from '../../parts/tables/range-picker.js';
import { useLanguage, useText } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import { FailureList } from './failure-list.js';
import { describeStatus, successRateOf } from './describe-status.js';
import { OpenRuns, useOpenRuns } from './open-runs.js';
import { RunBars } from './run-bars.js';
import { ServerFacts } from './server-facts.js';
import { DurationList } from './duration-list.js';
import { WorkerList } from './worker-list.js';
import styles from './overview.module.css';

export function OverviewPage() {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const [range, setRange] = useStatsRange('24h');
  const stats = useStats(range);
  const failures = useFailures(range);
  const pipelines = usePipelines(range);
  const openRuns = useOpenRuns();
  const liveStats = useLiveStats();
  useRefetchOnRunEvents([['stats'], ['failures'], ['pipelines'], ['runs']]);

  const error = stats.error ?? failures.error ?? pipelines.error;
  const { data } = stats;
  const formatPercent = (fraction: number | null) =>
    fraction === null
      ? undefined
      : fraction.toLocaleString(localeOf(language), { style: 'percent', maximumFractionDigits: 1 });
  const successRate = data && formatPercent(successRateOf(data.runs));
  const previousSuccessRate = data && formatPercent(successRateOf(data.before.runs));
  const hasNoRuns = data !== undefined && countRuns(data.runs) + countRuns(data.before.runs) === 0;
  const statusSentence =
    hasNoRuns && range === '30d'
      ? text.noRunsYet
      : describeStatus(text, pipelines.data?.items ?? [], openRuns.data?.items ?? [], liveStats?.late);
  return (
    <div className={styles['page']}>
      <PageHeader
        title={pipelines.data ? statusSentence : text.title}
        tabTitle={text.title}
        subtitle={
          data && (
            <>
              <span>{text.runsIn(countRuns(data.runs), text.ranges[range])}</span>
              {successRate !== undefined && <span>{text.successRate(successRate)}</span>}
              {previousSuccessRate !== undefined && (
                <span className={styles['quiet']}>{text.previousSuccessRate(previousSuccessRate)}</span>
              )}
            </>
          )
        }
        actions={<RangePicker value={range} onChange={setRange} />}
      />
      {error && (
        <div className={styles['wide']}>
          <ErrorState error={error} onRetry={() => void stats.refetch()} />
        </div>
      )}
      {hasNoRuns && (
        <div className={styles['wide']}>
          <EmptyState title={text.noRunsInRange} command="npx millrace process notes.txt --chain keyword-db">
            <p>{text.noRunsInRangeHelp}</p>
          </EmptyState>
        </div>
      )}
      <Stack>
        {data && !hasNoRuns && <RunBars stats={data} />}
        {data && failures.data && <FailureList groups={failures.data.items} since={data.from} />}
      </Stack>
      <Stack>
        {openRuns.data && <OpenRuns runs={openRuns.data.items} total={openRuns.data.total} />}
        {data && <DurationList byOf={data.byOf} since={data.from} />}
        <WorkerList />
      </Stack>
      {data && <ServerFacts stats={data} />}
    </div>
  );
}
