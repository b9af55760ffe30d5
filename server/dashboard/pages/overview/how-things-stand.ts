import type { PipelineSummary } from 'millrace/shared/runs/run-stats.js';
import type { RunState, RunSummary } from 'millrace/shared/runs/run-status.js';
import { cutText, visibleText } from '../../parts/basics/visible-text.js';
import type { overviewText } from '../../text/overview.js';
import type { TextOf } from '../../text/define-text.js';

/**
 * One sentence: what failed last, what nobody serves, what is late.
 *
 * @param late How many runs are late, if the server has said it.
 */
export function howThingsStand(
  text: TextOf<typeof overviewText.en>,
  pipelines: readonly PipelineSummary[],
  open: readonly RunSummary[],
  late: number | undefined,
): string {
  const failing = pipelines.filter(({ lastRun }) => lastRun?.state === 'failed' || lastRun?.state === 'crashed');
  const unserved = open.filter(hasNoWorker);
  const names = [...new Set(unserved.map(({ of }) => of))];
  // those without a worker are said already
  const lateRuns = (late ?? open.filter((run) => run.late).length) - unserved.length;
  const parts = [
    ...(failing.length > 0
      ? [
          text.failing(
            failing.length,
            failing.slice(0, maxNames).map(({ of }) => nameOf(of)),
          ),
        ]
      : []),
    ...(names.length > 0 ? [text.withoutWorker(names.length, nameOf(names[0]))] : []),
    ...(lateRuns > 0 ? [text.late(lateRuns)] : []),
  ];
  if (parts.length > 0) return `${capitalize(text.and(parts))}.`;
  const failed = pipelines.reduce((sum, { runs }) => sum + runs.failed + runs.crashed, 0);
  return failed === 0 ? text.allIsWell : text.failedBefore(failed);
}

const maxName = 60;
/** With more of them, the sentence has their number. */
const maxNames = 3;

const nameOf = (name = ''): string => visibleText(cutText(name, maxName));

const capitalize = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** The server says so in words, see `RunStatus.waitsFor`. */
const hasNoWorker = ({ late, waitsFor }: RunSummary): boolean => late && waitsFor?.startsWith('no worker') === true;

/** The part of the ended runs that completed; `null` if none ended. Cancelled runs do not count. */
export function successOf({ completed, failed, crashed }: Readonly<Record<RunState, number>>): number | null {
  const ended = completed + failed + crashed;
  return ended === 0 ? null : completed / ended;
}
