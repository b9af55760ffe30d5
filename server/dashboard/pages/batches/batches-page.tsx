import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { Link } from 'wouter';
import { countFinishedFiles, useBatches } from '../../data/batches/batches.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { formatDuration, formatNumber } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { ShortTable, type ShortColumn } from '../../parts/tables/short-table.js';
import { batchesText } from '../../text/batches.js';
import { useLanguage, useText } from '../../text/language.js';

export function BatchesPage() {
  const text = useText(batchesText);
  const { language } = useLanguage();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useBatches();
  const items = data?.pages.flatMap((page) => page.items);
  const format = (value: number) => formatNumber(value, language);
  const columns: ShortColumn<BatchStatus>[] = [
    {
      key: 'state',
      header: text.state,
      cell: ({ state }) => <StateBadge state={state} label={text.states[state]} />,
    },
    {
      key: 'name',
      header: text.name,
      grows: true,
      cell: ({ batchId, name }) => (
        <Link href={`/batches/${batchId}`}>
          <Name>{name}</Name>
        </Link>
      ),
    },
    { key: 'pipeline', header: text.pipeline, cell: ({ pipeline }) => <Name>{pipeline}</Name> },
    {
      key: 'done',
      header: text.done,
      align: 'end',
      cell: (batch) => text.progress(format(countFinishedFiles(batch)), format(batch.counts.total)),
    },
    { key: 'failed', header: text.failed, align: 'end', cell: ({ counts }) => format(counts.failed) },
    { key: 'skipped', header: text.skipped, align: 'end', cell: ({ counts }) => format(counts.skipped) },
    {
      key: 'timeLeft',
      header: text.timeLeft,
      align: 'end',
      cell: ({ secondsLeft }) => secondsLeft !== null && formatDuration(1000 * secondsLeft, language),
    },
    { key: 'created', header: text.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
  return (
    <>
      <PageHeader title={text.title} subtitle={items && <span>{text.count(items.length)}</span>} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {items?.length === 0 && (
        <EmptyState title={text.empty} command="npx millrace process DIR --chain keyword-db --save out/">
          <p>{text.emptyHelp}</p>
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Panel title={text.title} flush>
          <ShortTable label={text.title} rows={items} columns={columns} rowKey={({ batchId }) => batchId} />
        </Panel>
      )}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {text.loadMore}
        </Button>
      )}
    </>
  );
}
