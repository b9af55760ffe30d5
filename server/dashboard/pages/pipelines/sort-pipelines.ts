import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { countRuns } from '../../data/count-runs.js';

/** The metrics to sort by. Pipelines without a value are sorted last. */
const metrics = new Map<string, (pipeline: PipelineSummary) => number | null>([
  ['runs', ({ runs }) => countRuns(runs)],
  ['success', ({ successRate }) => successRate],
  ['p50', ({ durations }) => durations.p50],
  ['p95', ({ durations }) => durations.p95],
  ['last', ({ lastRun }) => lastRun && Date.parse(lastRun.createdAt)],
]);

/** Sorts pipelines by a metric: `p95`, or `-p95` for descending order. Keeps the order if the metric is unknown. */
export function sortPipelines(pipelines: readonly PipelineSummary[], sort: string): readonly PipelineSummary[] {
  const metric = metrics.get(sort.replace(/^-/, ''));
  if (metric === undefined) return pipelines;
  const sign = sort.startsWith('-') ? -1 : 1;
  return pipelines.toSorted((a, b) => {
    const [x, y] = [metric(a), metric(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}
