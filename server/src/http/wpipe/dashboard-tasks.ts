import type { RunError } from 'millrace/shared/runs/run-status.js';
import { findRun } from '../../store/tables/runs.js';
import type { WpipeCall } from './endpoint.js';
import { processIdOf, readId, taskIdOf } from './ids.js';
import { taskWord } from './state-words.js';

/** `GET /dashboard_tasks/{process}`: the steps of a run, in their order. */
export async function dashboardTasks({ http, account, id }: WpipeCall) {
  const { db, clock } = http.engine;
  const runId = readId('process', id);
  const run = runId && (await findRun(db, account.id, runId, clock.now()))?.status;
  if (!run) return [];
  return run.tasks.map((task) => ({
    id: taskIdOf(run.requestId, task.index),
    name: task.name,
    version: task.version ?? '',
    state: taskWord(task, run),
    received: run.createdAt,
    started: task.startedAt,
    runtime: isoDuration(task.durationMs ?? 0),
    father: processIdOf(run.requestId),
    details: detailsOf(task.error),
    step: `${task.index + 1}/${run.tasks.length}`,
  }));
}

/** As the program sent it. */
function detailsOf(error: RunError | null): string | null {
  if (!error) return null;
  const { details, message } = error;
  const text = typeof details === 'object' && details !== null && 'text' in details ? details.text : undefined;
  return typeof text === 'string' ? text : message;
}

/** ISO 8601: `PT1.5S`, `PT1H0M2S`. Never negative. */
function isoDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  return `PT${hours > 0 ? `${hours}H` : ''}${hours > 0 || minutes > 0 ? `${minutes}M` : ''}${rest}S`;
}
