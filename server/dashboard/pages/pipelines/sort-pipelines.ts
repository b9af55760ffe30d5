import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { countRuns } from '../../data/count-runs.js';

/** The measures to sort by. Pipelines whose measure is `null` come last. */
const measures = new Map<string, (pipeline: PipelineSummary) => number | null>([
  ['runs', ({ runs }) => countRuns(runs)],
  ['success', ({ successRate }) => successRate],
  ['p50', ({ durations }) => durations.p50],
  ['p95', ({ durations }) => durations.p95],
  ['last', ({ lastRun }) => lastRun && Date.parse(lastRun.createdAt)],
]);

/** Sorts pipelines by a measure: `p95`, or `-p95` for descending. Returns them as they are for an unknown one. */
export function sortPipelines(pipelines: readonly PipelineSummary[], sort: string): readonly PipelineSummary[] {
  const measure = measures.get(sort.replace(/^-/, ''));
  if (measure === undefined) return pipelines;
  const sign = sort.startsWith('-') ? -1 : 1;
  return pipelines.toSorted((a, b) => {
    const [x, y] = [measure(a), measure(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}
