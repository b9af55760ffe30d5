import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { isFailureState } from 'millrace/shared/runs/run-state.js';
import type { RunState, RunSummary } from 'millrace/shared/runs/run-status.js';
import { truncateText, escapeInvisible } from '../../parts/basics/escape-invisible.js';
import type { overviewText } from '../../text/overview.js';
import type { TextOf } from '../../text/define-text.js';

/**
 * Describes the state of the account: the pipelines, flows and tasks whose latest run failed, those with late runs but without a worker,
 * and the number of other late runs. If there are too many names to list, gives only their number. If there is nothing to report, says
 * whether any runs failed in the time range.
 *
 * @param lateCount The number of late runs. If it is `undefined`, the late runs among `openRuns` are counted.
 */
export function describeStatus(
  text: TextOf<typeof overviewText.en>,
  pipelines: readonly PipelineSummary[],
  openRuns: readonly RunSummary[],
  lateCount: number | undefined,
): string {
  const failingPipelines = pipelines.filter(({ lastRun }) => lastRun && isFailureState(lastRun.state));
  const unservedRuns = openRuns.filter(hasNoWorker);
  const unservedNames = [...new Set(unservedRuns.map(({ of }) => of))];
  // do not count the runs that have no worker, because `withoutWorker` already covers them
  const otherLateCount = (lateCount ?? openRuns.filter((run) => run.late).length) - unservedRuns.length;
  const parts = [
    ...(failingPipelines.length > 0
      ? [
          text.failing(
            failingPipelines.length,
            failingPipelines.slice(0, maxNames).map(({ of }) => shortenName(of)),
          ),
        ]
      : []),
    ...(unservedNames.length > 0 ? [text.withoutWorker(unservedNames.length, shortenName(unservedNames[0]))] : []),
    ...(otherLateCount > 0 ? [text.late(otherLateCount)] : []),
  ];
  if (parts.length > 0) return `${capitalize(text.joinParts(parts))}.`;
  const failedCount = pipelines.reduce((sum, { runs }) => sum + runs.failed + runs.crashed, 0);
  return failedCount === 0 ? text.allIsWell : text.failedBefore(failedCount);
}

const maxNameLength = 60;
/** The maximum number of failing pipelines, flows and tasks to name. If there are more, the sentence gives only their number. */
const maxNames = 3;

const shortenName = (name = ''): string => escapeInvisible(truncateText(name, maxNameLength));

const capitalize = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/**
 * Returns whether a run is late because no worker serves its pipeline, flow or task. If workers serve only other versions, `waitsFor`
 * starts differently.
 */
const hasNoWorker = ({ late, waitsFor }: RunSummary): boolean =>
  late && waitsFor?.startsWith("no worker serves '") === true;

/** Returns the number of completed runs as a fraction of the completed, failed and crashed runs; `null` if there are no such runs. */
export function successRateOf({ completed, failed, crashed }: Readonly<Record<RunState, number>>): number | null {
  const endedCount = completed + failed + crashed;
  return endedCount === 0 ? null : completed / endedCount;
}
