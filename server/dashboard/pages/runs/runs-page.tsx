import { Suspense, lazy, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { useHasRole } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { BulkDialog } from '../../parts/bulk/bulk-dialog.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useKeyboardShortcuts } from '../../parts/keyboard/keyboard.js';
import { ColumnPicker, useVisibleColumns } from '../../parts/tables/column-picker.js';
import { useUrlParams } from '../../parts/tables/url-params.js';
import { VirtualTable } from '../../parts/tables/virtual-table.js';
import { useText } from '../../text/language.js';
import { sharedText } from '../../text/shared-text.js';
import { runsText } from '../../text/runs.js';
import { ExportButtons } from './export-buttons.js';
import { createRunColumns } from './run-columns.js';
import { RunFilterBar } from './run-filter-bar.js';
import { selectsOnlyFailures, useRunFilters } from './run-filters.js';
import { SelectionBar } from './selection-bar.js';
import { useRunPages } from './use-run-pages.js';
import { useSelection } from './use-selection.js';
import styles from './runs.module.css';

const DurationChart = lazy(async () => ({ default: (await import('./duration-chart.js')).DurationChart }));

const urlParamNames = ['chart'] as const;

/** The list of runs, with live updates, filters in the URL, and bulk actions. */
export function RunsPage() {
  const text = useText(runsText);
  const shared = useText(sharedText);
  const { filters, setFilters, runQuery, sort } = useRunFilters();
  const [{ chart }, setChart] = useUrlParams(urlParamNames);
  const pages = useRunPages(runQuery, sort);
  const { runs, total, totalIsExact, newRunCount } = pages;
  const ids = useMemo(() => runs.map(({ requestId }) => requestId), [runs]);
  const names = useMemo(() => [...new Set(runs.map(({ of }) => of))].sort(), [runs]);
  const selection = useSelection(ids, runQuery);
  const [currentIndex, setCurrentIndex] = useState(-1);
  const [action, setAction] = useState<BulkAction>();
  const canAct = useHasRole('operator');
  const [, navigate] = useLocation();
  const onlyFailures = selectsOnlyFailures(runQuery);
  const allColumns = useMemo(() => createRunColumns(text, onlyFailures), [text, onlyFailures]);
  const { columns, setColumns } = useVisibleColumns(allColumns);

  const currentId = ids[currentIndex];
  const openBulkDialog = (nextAction: BulkAction) => {
    if (!canAct) return;
    if (selection.isEmpty && currentId !== undefined) selection.rows.toggle(currentId);
    if (!selection.isEmpty || currentId !== undefined) setAction(nextAction);
  };
  useKeyboardShortcuts([
    { keys: 'j', label: text.shortcuts.next, run: () => setCurrentIndex(Math.min(ids.length - 1, currentIndex + 1)) },
    { keys: 'k', label: text.shortcuts.previous, run: () => setCurrentIndex(Math.max(0, currentIndex - 1)) },
    { keys: 'x', label: text.shortcuts.select, run: () => currentId !== undefined && selection.rows.toggle(currentId) },
    { keys: 'Enter', label: text.shortcuts.open, run: () => currentId !== undefined && navigate(`/runs/${currentId}`) },
    ...(canAct
      ? [
          { keys: 'r', label: text.shortcuts.rerun, run: () => openBulkDialog('rerun') },
          { keys: 'c', label: text.shortcuts.cancel, run: () => openBulkDialog('cancel') },
        ]
      : []),
  ]);

  const isEmpty = pages.isSuccess && runs.length === 0;
  const isFiltered = Object.keys(runQuery).length > 0;
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text.title}
        subtitle={total !== undefined && <span>{text.total(total, totalIsExact)}</span>}
        actions={
          <>
            <ExportButtons runQuery={runQuery} />
            <ColumnPicker allColumns={allColumns} columns={columns} onChange={setColumns} />
            <Button aria-pressed={chart !== '0'} onClick={() => setChart({ chart: chart === '0' ? undefined : '0' })}>
              {text.chartToggle}
            </Button>
          </>
        }
      />
      <RunFilterBar filters={filters} setFilters={setFilters} names={names} />
      {chart !== '0' && !isEmpty && (
        <Suspense fallback={<div className={styles['chart-placeholder']} />}>
          <DurationChart runQuery={runQuery} />
        </Suspense>
      )}
      {!selection.isEmpty && (
        <SelectionBar selection={selection} onAction={setAction} canAct={canAct} isFiltered={isFiltered} />
      )}
      <div className={styles['list']}>
        {newRunCount > 0 && (
          <Button kind="primary" className={styles['new']} onClick={() => void pages.showNewRuns()}>
            {text.newRuns(newRunCount)}
          </Button>
        )}
        {pages.error && runs.length === 0 && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
        {isEmpty && isFiltered && <EmptyState title={text.noMatches} />}
        {isEmpty && !isFiltered && (
          <EmptyState title={text.empty} command="npx millrace process notes.txt --chain keyword-db">
            <p>{text.emptyHelp}</p>
          </EmptyState>
        )}
        {pages.isPending && <p className={styles['footer']}>{shared.loading}</p>}
        {runs.length > 0 && (
          <VirtualTable
            label={text.title}
            rows={runs}
            columns={columns}
            rowKey={(run) => run.requestId}
            rowName={(run) => run.name}
            onOpen={(run) => navigate(`/runs/${run.requestId}`)}
            total={pages.hasNextPage ? total : runs.length}
            currentIndex={currentIndex}
            selection={selection.rows}
            sort={sort}
            onSort={(next) => setFilters({ sort: next === '-created' ? undefined : next })}
            onEndReached={() => {
              if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
            }}
            footer={pages.isFetchingNextPage && <p className={styles['footer']}>{text.loadingMore}</p>}
          />
        )}
      </div>
      {action && (
        <BulkDialog
          action={action}
          target={selection.target}
          onClose={() => setAction(undefined)}
          onDone={selection.clear}
        />
      )}
    </div>
  );
}
