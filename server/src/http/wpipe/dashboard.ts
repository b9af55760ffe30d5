import type { RunError, RunState, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { findWorkerName, readMeanDurations } from '../../store/tables/program-workers.js';
import { listRuns } from '../../store/tables/run-lists/list-runs.js';
import { findStepProgress, type StepProgress } from '../../store/tables/run-steps.js';
import { findRun } from '../../store/tables/runs.js';
import { listWorkers } from '../../store/tables/workers.js';
import type { WpipeCall } from './endpoint.js';
import { toProcessId, parseId, toTaskId, toWorkerId } from './ids.js';
import { workerNotFound } from './workers.js';

/** The maximum number of runs to return, newest first. */
const maxRuns = 1000;

/** `GET /dashboard_workers`: lists the workers, and counts their runs by state. */
export async function dashboardWorkers({ http, access }: WpipeCall) {
  const { db, clock, reporting } = http.engine;
  const onlineSince = new Date(clock.now().getTime() - reporting.offlineAfterMs);
  const [workers, meanDurations] = await Promise.all([
    listWorkers(db, access, { onlineSince }),
    readMeanDurations(db, access),
  ]);
  return workers.map(({ id, status, runs }) => {
    const failed = runs.failed + runs.cancelled + runs.crashed;
    return {
      id: toWorkerId(id),
      // `ofline` is the protocol's spelling
      status: status === 'online' ? 'online' : 'ofline',
      processed: runs.open + runs.completed + failed,
      active: runs.open,
      successed: runs.completed,
      failed,
      load_average: formatLoadAverage(meanDurations.get(id)),
    };
  });
}

/** Formats `load_average` as Python formats floats. In wpipe, `load_average` is the mean duration of a worker's runs, in seconds. */
function formatLoadAverage(seconds: number | undefined): string {
  if (seconds === undefined) return 'NA';
  return Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds);
}

/** `GET /dashboard_process/{worker}`: returns the progress of a worker's newest runs. */
export async function dashboardProcess({ http, access, id }: WpipeCall) {
  const { db, clock } = http.engine;
  const worker = parseId('worker', id);
  const name = worker && (await findWorkerName(db, access, worker));
  if (worker === undefined || name === undefined) throw workerNotFound(id);
  const rows = [];
  for (let after: Page['next'], hasMore = true; hasMore;) {
    const limit = maxRuns - rows.length;
    const page: Page = await listRuns(db, access, { worker, limit, ...(after && { after }) }, clock.now());
    const steps = await findStepProgress(
      db,
      page.items.map(({ requestId }) => requestId),
    );
    rows.push(...page.items.map((run) => toProcessRow(run, steps.get(run.requestId), name)));
    after = page.next;
    hasMore = after !== undefined && rows.length < maxRuns;
  }
  return rows;
}

type Page = Awaited<ReturnType<typeof listRuns>>;

function toProcessRow(run: RunSummary, steps: StepProgress | undefined, worker: string) {
  return {
    id: toProcessId(run.requestId),
    worker,
    step: steps?.latestStep ?? '',
    status: stateNames[run.state],
    last_update: steps?.updatedAt?.toISOString() ?? null,
    progress: `${getProgress(run.state, steps)}%`,
  };
}

/** Returns a run's progress in percent. The progress is 1% from the start of the first step until a step finishes. */
function getProgress(state: RunState, steps: StepProgress | undefined): number {
  if (state === 'completed') return 100;
  if (!steps || steps.startedCount === 0) return 0;
  return steps.finishedCount === 0 ? 1 : Math.trunc((100 * steps.finishedCount) / steps.stepCount);
}

/** `GET /dashboard_tasks/{process}`: lists the steps of a run, in order. */
export async function dashboardTasks({ http, access, id }: WpipeCall) {
  const { db, clock } = http.engine;
  const runId = parseId('process', id);
  const run = runId && (await findRun(db, access, runId, clock.now()))?.status;
  if (!run) return [];
  return run.tasks.map((task) => ({
    id: toTaskId(run.requestId, task.index),
    name: task.name,
    version: task.version ?? '',
    state: toWpipeTaskState(task, run),
    received: run.createdAt,
    started: task.startedAt,
    runtime: formatDuration(task.durationMs ?? 0),
    father: toProcessId(run.requestId),
    details: getOriginalDetails(task.error),
    step: `${task.index + 1}/${run.tasks.length}`,
  }));
}

/** Returns the error details exactly as the program sent them, or the error message if the program sent no details. */
function getOriginalDetails(error: RunError | null): string | null {
  if (!error) return null;
  const { details, message } = error;
  const text = typeof details === 'object' && details !== null && 'text' in details ? details.text : undefined;
  return typeof text === 'string' ? text : message;
}

/** Formats a non-negative duration in ISO 8601 format, such as `PT1.5S` or `PT1H0M2S`. */
function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const remainingSeconds = Math.round((seconds % 60) * 1000) / 1000;
  return `PT${hours > 0 ? `${hours}H` : ''}${hours > 0 || minutes > 0 ? `${minutes}M` : ''}${remainingSeconds}S`;
}

/** wpipe's names for the states. */
const stateNames: Readonly<Record<TaskStatus['state'], string>> = {
  pending: 'pending',
  skipped: 'pending',
  running: 'running',
  retrying: 'running',
  completed: 'success',
  failed: 'error',
  crashed: 'crashed',
  cancelled: 'cancelled',
};

/** Returns wpipe's name for a task's state, or `not reported` if the run has completed without a report about the task. */
function toWpipeTaskState({ state }: Pick<TaskStatus, 'state'>, run: { readonly state: RunState }): string {
  return state === 'skipped' && run.state === 'completed' ? 'not reported' : stateNames[state];
}
