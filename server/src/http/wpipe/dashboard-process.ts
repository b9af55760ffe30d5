import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import { findWorkerName } from '../../store/tables/program-workers.js';
import { listRuns } from '../../store/tables/runs.js';
import type { WpipeCall } from './endpoint.js';
import { processIdOf, readId } from './ids.js';
import { processWord } from './state-words.js';
import { unknownWorker } from './unknown-worker.js';

/** The most runs that are shown, the newest ones. */
const maxRuns = 1000;

/** `GET /dashboard_process/{worker}`: how far its runs are. */
export async function dashboardProcess({ http, account, id }: WpipeCall) {
  const { db, clock } = http.engine;
  const worker = readId('worker', id);
  const name = worker && (await findWorkerName(db, account.id, worker));
  if (worker === undefined || name === undefined) throw unknownWorker(id);
  const { items } = await listRuns(db, account.id, { worker, limit: maxRuns }, clock.now());
  return items.map((run) => {
    const last = lastTouched(run.tasks);
    return {
      id: processIdOf(run.requestId),
      worker: name,
      step: (last ?? run.tasks[0])?.name ?? '',
      status: processWord(run.state),
      last_update: last ? touchedAt(last) : null,
      progress: `${percent(run)}%`,
    };
  });
}

function percent({ state, tasks }: RunStatus): number {
  if (state === 'completed') return 100;
  const touched = tasks.filter((task) => touchedAt(task) !== null && task.state !== 'skipped');
  if (touched.length === 0) return 0;
  const finished = touched.filter((task) => task.state !== 'running' && task.state !== 'retrying');
  return finished.length === 0 ? 1 : Math.trunc((100 * finished.length) / tasks.length);
}

function lastTouched(tasks: readonly TaskStatus[]): TaskStatus | undefined {
  return tasks
    .filter((task) => touchedAt(task) !== null && task.state !== 'skipped')
    .reduce<TaskStatus | undefined>((last, task) => {
      return last && Date.parse(touchedAt(last) ?? '') > Date.parse(touchedAt(task) ?? '') ? last : task;
    }, undefined);
}

function touchedAt({ startedAt, finishedAt }: TaskStatus): string | null {
  return finishedAt ?? startedAt;
}
