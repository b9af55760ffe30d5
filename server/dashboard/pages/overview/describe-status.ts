import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import { isFailureState } from 'millrace/shared/runs/run-state.js';
import type { RunState, RunSummary } from 'millrace/shared/runs/run-status.js';
import { truncateText, visibleText } from '../../parts/basics/visible-text.js';
import type { overviewText } from '../../text/overview.js';
import type { TextOf } from '../../text/define-text.js';

/**
 * Describes the state of the account in a sentence: which pipelines and flows failed in their last run, which have no worker, and how many
 * runs are late. If all is well, says whether any runs failed in the time range.
 *
 * @param lateCount The number of late runs; `undefined` until the server sends it.
 */
export function describeStatus(
  text: TextOf<typeof overviewText.en>,
  pipelines: readonly PipelineSummary[],
  openRuns: readonly RunSummary[],
  lateCount: number | undefined,
): string {
  const failing = pipelines.filter(({ lastRun }) => lastRun && isFailureState(lastRun.state));
  const unserved = openRuns.filter(hasNoWorker);
  const names = [...new Set(unserved.map(({ of }) => of))];
  // the sentence already mentions the runs without a worker, so do not count them again
  const lateRuns = (lateCount ?? openRuns.filter((run) => run.late).length) - unserved.length;
  const parts = [
    ...(failing.length > 0
      ? [
          text.failing(
            failing.length,
            failing.slice(0, maxNames).map(({ of }) => shortenName(of)),
          ),
        ]
      : []),
    ...(names.length > 0 ? [text.withoutWorker(names.length, shortenName(names[0]))] : []),
    ...(lateRuns > 0 ? [text.late(lateRuns)] : []),
  ];
  if (parts.length > 0) return `${capitalize(text.joinParts(parts))}.`;
  const failed = pipelines.reduce((sum, { runs }) => sum + runs.failed + runs.crashed, 0);
  return failed === 0 ? text.allIsWell : text.failedBefore(failed);
}

const maxNameLength = 60;
/** With more names than this, the sentence gives only their number. */
const maxNames = 3;

const shortenName = (name = ''): string => visibleText(truncateText(name, maxNameLength));

const capitalize = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** Returns whether a run is late because no worker serves it. `waitsFor` then starts with `no worker`. */
const hasNoWorker = ({ late, waitsFor }: RunSummary): boolean => late && waitsFor?.startsWith('no worker') === true;

/** Returns the fraction of the completed, failed and crashed runs that completed; `null` if there are no such runs. */
export function successRateOf({ completed, failed, crashed }: Readonly<Record<RunState, number>>): number | null {
  const ended = completed + failed + crashed;
  return ended === 0 ? null : completed / ended;
}
