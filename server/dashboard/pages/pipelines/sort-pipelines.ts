import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { countRuns } from '../../data/count-runs.js';

/** Getters for the values of the sortable columns, by column name. */
const valueGetterByColumn = new Map<string, (pipeline: PipelineSummary) => number | null>([
  ['runs', ({ runs }) => countRuns(runs)],
  ['success', ({ successRate }) => successRate],
  ['p50', ({ durations }) => durations.p50],
  ['p95', ({ durations }) => durations.p95],
  ['last', ({ lastRun }) => lastRun && Date.parse(lastRun.createdAt)],
]);

/**
 * Sorts pipelines by a column, for example `p95`, or `-p95` for descending order. Pipelines without a value come last in both orders. If
 * the column is unknown, returns the pipelines unchanged.
 */
export function sortPipelines(pipelines: readonly PipelineSummary[], sort: string): readonly PipelineSummary[] {
  const getValue = valueGetterByColumn.get(sort.replace(/^-/, ''));
  if (getValue === undefined) return pipelines;
  const sign = sort.startsWith('-') ? -1 : 1;
  return pipelines.toSorted((a, b) => {
    const [x, y] = [getValue(a), getValue(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}
