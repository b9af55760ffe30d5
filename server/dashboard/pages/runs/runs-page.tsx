import { Suspense, lazy, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { useCan } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { BulkDialog } from '../../parts/bulk/bulk-dialog.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useKeys } from '../../parts/keyboard/keyboard.js';
import { ColumnChoice, useColumnChoice } from '../../parts/tables/column-choice.js';
import { useUrlFilters } from '../../parts/tables/url-filters.js';
import { VirtualTable } from '../../parts/tables/virtual-table.js';
import { useText } from '../../text/language.js';
import { partsText } from '../../text/parts.js';
import { runsText } from '../../text/runs.js';
import { ExportButtons } from './export-buttons.js';
import { runColumns } from './run-columns.js';
import { RunFilterBar } from './run-filter-bar.js';
import { areFailures, useRunFilters } from './run-filters.js';
import { SelectionBar } from './selection-bar.js';
import { useRunPages } from './use-run-pages.js';
import { useSelection } from './use-selection.js';
import styles from './runs.module.css';

const DurationChart = lazy(async () => ({ default: (await import('./duration-chart.js')).DurationChart }));

const chartFilter = ['chart'] as const;

/** All runs of the account: live, with filters in the URL, and with actions on many runs. */
export function RunsPage() {
  const text = useText(runsText);
  const parts = useText(partsText);
  const { filters, setFilters, selection, sort } = useRunFilters();
  const [{ chart }, setChart] = useUrlFilters(chartFilter);
  const pages = useRunPages(selection, sort);
  const { runs, total, totalIsExact, newRuns } = pages;
  const ids = useMemo(() => runs.map(({ requestId }) => requestId), [runs]);
  const names = useMemo(() => [...new Set(runs.map(({ of }) => of))].sort(), [runs]);
  const selected = useSelection(ids, selection);
  const [current, setCurrent] = useState(-1);
  const [action, setAction] = useState<BulkAction>();
  const mayAct = useCan('operator');
  const [, navigate] = useLocation();
  const failures = areFailures(selection);
  const allColumns = useMemo(() => runColumns(text, failures), [text, failures]);
  const { columns, choose } = useColumnChoice(allColumns);

  const currentId = ids[current];
  const act = (next: BulkAction) => {
    if (!mayAct) return;
    if (selected.isEmpty && currentId !== undefined) selected.rows.toggle(currentId);
    if (!selected.isEmpty || currentId !== undefined) setAction(next);
  };
  useKeys([
    { keys: 'j', label: text.keys.next, run: () => setCurrent(Math.min(ids.length - 1, current + 1)) },
    { keys: 'k', label: text.keys.previous, run: () => setCurrent(Math.max(0, current - 1)) },
    { keys: 'x', label: text.keys.select, run: () => currentId !== undefined && selected.rows.toggle(currentId) },
    { keys: 'Enter', label: text.keys.open, run: () => currentId !== undefined && navigate(`/runs/${currentId}`) },
    ...(mayAct
      ? [
          { keys: 'r', label: text.keys.rerun, run: () => act('rerun') },
          { keys: 'c', label: text.keys.cancel, run: () => act('cancel') },
        ]
      : []),
  ]);

  const isEmpty = pages.isSuccess && runs.length === 0;
  const isFiltered = Object.keys(selection).length > 0;
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text.title}
        facts={total !== undefined && <span>{text.total(total, totalIsExact)}</span>}
        actions={
          <>
            <ExportButtons selection={selection} />
            <ColumnChoice all={allColumns} columns={columns} onChoose={choose} />
            <Button aria-pressed={chart !== '0'} onClick={() => setChart({ chart: chart === '0' ? undefined : '0' })}>
              {text.showChart}
            </Button>
          </>
        }
      />
      <RunFilterBar filters={filters} setFilters={setFilters} names={names} />
      {chart !== '0' && !isEmpty && (
        <Suspense fallback={<div className={styles['chart-place']} />}>
          <DurationChart selection={selection} />
        </Suspense>
      )}
      {!selected.isEmpty && (
        <SelectionBar selected={selected} onAction={setAction} mayAct={mayAct} isFiltered={isFiltered} />
      )}
      <div className={styles['list']}>
        {newRuns > 0 && (
          <Button kind="primary" className={styles['new']} onClick={() => void pages.showNew()}>
            {text.newRuns(newRuns)}
          </Button>
        )}
        {pages.error && runs.length === 0 && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
        {isEmpty && isFiltered && <EmptyState title={text.none} />}
        {isEmpty && !isFiltered && (
          <EmptyState title={text.empty} command="npx millrace process notes.txt --chain keyword-db">
            <p>{text.emptyHelp}</p>
          </EmptyState>
        )}
        {pages.isPending && <p className={styles['foot']}>{parts.loading}</p>}
        {runs.length > 0 && (
          <VirtualTable
            label={text.title}
            rows={runs}
            columns={columns}
            rowKey={(run) => run.requestId}
            rowName={(run) => run.name}
            onOpen={(run) => navigate(`/runs/${run.requestId}`)}
            total={pages.hasNextPage ? total : runs.length}
            current={current}
            selection={selected.rows}
            sort={sort}
            onSort={(next) => setFilters({ sort: next === '-created' ? undefined : next })}
            onEnd={() => {
              if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
            }}
            foot={pages.isFetchingNextPage && <p className={styles['foot']}>{text.moreLoading}</p>}
          />
        )}
      </div>
      {action && (
        <BulkDialog
          action={action}
          target={selected.chosen}
          onClose={() => setAction(undefined)}
          onDone={selected.clear}
        />
      )}
    </div>
  );
}
