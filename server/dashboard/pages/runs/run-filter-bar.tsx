import { useQuery } from '@tanstack/react-query';
import { runStates } from 'millrace/shared/runs/run-state.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { callApi } from '../../data/api.js';
import { queryKeys } from '../../data/query-keys.js';
import { Button } from '../../parts/basics/button.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { FilterBar, SearchField, SelectField } from '../../parts/tables/filter-bar.js';
import { sharedText } from '../../text/shared-text.js';
import { localeOf } from '../../text/define-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { runsText } from '../../text/runs.js';
import { durationMsByRange, type RunFilterName, type RunFilters } from './run-filters.js';
import styles from './runs.module.css';

export interface RunFilterBarProps {
  readonly filters: RunFilters;
  readonly setFilters: (changes: Partial<Record<RunFilterName, string | undefined>>) => void;
  /** The names of the pipelines, flows and tasks to choose from. */
  readonly names: readonly string[];
}

export function RunFilterBar({ filters, setFilters, names }: RunFilterBarProps) {
  const text = useText(runsText);
  const states = useText(sharedText).states;
  const { data: workers } = useQuery({
    queryKey: queryKeys.workers({}),
    queryFn: ({ signal }) => callApi<{ items: WorkerRecord[] }>('/v1/workers', { signal }),
  });
  const { sort: _, ...activeFilters } = filters;
  const clear = () => setFilters(Object.fromEntries(Object.keys(activeFilters).map((name) => [name, undefined])));
  return (
    <FilterBar onClear={Object.keys(activeFilters).length > 0 ? clear : undefined}>
      <SearchField label={text.searchRuns} value={filters.q ?? ''} onChange={(q) => setFilters({ q })} />
      <SelectField
        label={text.columns.state}
        value={filters.state ?? ''}
        options={[
          ...runStates.map((state) => ({ value: state, label: states[state] })),
          { value: 'failed,crashed', label: `${states.failed}, ${states.crashed}` },
          { value: 'pending,running,retrying', label: `${states.pending}, ${states.running}, ${states.retrying}` },
        ]}
        onChange={(state) => setFilters({ state })}
      />
      <SelectField
        label={text.columns.of}
        value={filters.of ?? ''}
        options={names.map((name) => ({ value: name, label: escapeInvisible(name) }))}
        onChange={(of) => setFilters({ of })}
      />
      <SelectField
        label={text.columns.kind}
        value={filters.kind ?? ''}
        options={Object.entries(text.kinds).map(([value, label]) => ({ value, label }))}
        onChange={(kind) => setFilters({ kind })}
      />
      {(workers?.items.length ?? 0) > 0 && (
        <SelectField
          label={text.columns.worker}
          value={filters.worker ?? ''}
          options={(workers?.items ?? []).map(({ id, name }) => ({ value: id, label: escapeInvisible(name) }))}
          onChange={(worker) => setFilters({ worker })}
        />
      )}
      <SelectField
        label={text.range}
        value={filters.range ?? ''}
        options={Object.keys(durationMsByRange).map((value) => ({
          value,
          label: text.ranges[value as keyof typeof durationMsByRange],
        }))}
        onChange={(range) => setFilters({ range, since: undefined, until: undefined })}
      />
      <label className={styles['check']}>
        <input
          type="checkbox"
          checked={filters.root === 'true'}
          onChange={(event) => setFilters({ root: event.target.checked ? 'true' : undefined })}
        />
        {text.rootOnly}
      </label>
      <FilterChips filters={filters} setFilters={setFilters} />
    </FilterBar>
  );
}

/**
 * Chips for the active filters that have no form field. Clicking a chip removes its filters. These filters come from the URL that opened
 * the page, for example from a link on the overview page.
 */
function FilterChips({ filters, setFilters }: Omit<RunFilterBarProps, 'names'>) {
  const text = useText(runsText);
  const { language } = useLanguage();
  const { since, until, fingerprint, parent, batch, name } = filters;
  const formatTime = (at: string | undefined) =>
    at === undefined ? '' : new Date(at).toLocaleString(localeOf(language), { dateStyle: 'short', timeStyle: 'short' });
  const chips: [string, RunFilterName[]][] = [
    ...((since ?? until)
      ? [[text.timeRange(formatTime(since), formatTime(until)), ['since', 'until']] as [string, RunFilterName[]]]
      : []),
    ...(fingerprint ? [[text.sameFailure, ['fingerprint']] as [string, RunFilterName[]]] : []),
    ...(parent ? [[text.subflowsOf, ['parent']] as [string, RunFilterName[]]] : []),
    ...(batch ? [[text.inBatch, ['batch']] as [string, RunFilterName[]]] : []),
    ...(name ? [[`${text.columns.name}: ${escapeInvisible(name)}`, ['name']] as [string, RunFilterName[]]] : []),
  ];
  return chips.map(([label, filterNames]) => (
    <Button
      key={label}
      aria-label={text.removeFilter(label)}
      onClick={() => setFilters(Object.fromEntries(filterNames.map((key) => [key, undefined])))}
    >
      {label} ×
    </Button>
  ));
}
