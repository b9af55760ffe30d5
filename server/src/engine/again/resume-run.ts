import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { ResumePoint } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../../store/db/db.js';
import { findRun, type RunRecord } from '../../store/tables/runs.js';
import { maxOutputCharacters, readOutputSizes, readResumePoints } from '../resume-points.js';
import type { EngineContext } from '../engine-context.js';
import { visibleWorkerSql, type Access } from '../../store/tables/access.js';
import { recordRunAuditEntry } from '../../store/tables/audit.js';
import { EngineError, noSuchRun } from '../engine-error.js';
import { deleteExpiredFilesAtRunPath } from '../hosted/delete-expired-files.js';
import { lockRunForChange } from '../lock-run.js';
import { notifyRunsChanged } from '../notify-run.js';
import { resumeHostedRun } from './resume-hosted-run.js';
import { notifyRunsWaiting } from '../served/claim-notifier.js';
import { reopenTasks } from '../served/reopen-tasks.js';
import { assertCanApply } from './find-refusals.js';

/** The program that resumes a run. If both fields are null, a reported run waits for a worker instead. */
interface Resumer {
  readonly reporter: string | null;
  readonly worker: string | null;
}

/**
 * Resumes a run that ended without completing. A hosted run continues from its first module that has not completed. For a reported run, the
 * resuming program or the next worker that claims the run takes over, and later events from the previous program are ignored. If a program
 * resumes a reported run that has completed, the run remains unchanged.
 *
 * @returns The resume point. If no program resumes the run, `outputs` is empty and `sequence` is that of the run's latest change, not of
 * its latest event.
 * @throws `EngineError` `not_found` if the run is not visible; `forbidden` if another key started it and the request may change only its
 * own key's runs; `conflict` if the run has not ended or cannot be resumed.
 */
export async function resumeRun(
  context: EngineContext,
  access: Access,
  runId: string,
  resumer: Resumer,
): Promise<ResumePoint> {
  return context.db.tx((tx) => resumeRunInTransaction(context, tx, access, runId, resumer));
}

/** Like {@link resumeRun}, but in the caller's transaction. */
export async function resumeRunInTransaction(
  context: EngineContext,
  tx: Queryable,
  access: Access,
  runId: string,
  resumer: Resumer,
): Promise<ResumePoint> {
  const now = context.clock.now();
  await deleteExpiredFilesAtRunPath(context, tx, access.account, runId);
  const { kind, state } = await lockRunForChange(tx, access, runId, now);
  const isResumedByProgram = resumer.reporter !== null || resumer.worker !== null;
  if (state !== 'completed' || kind === 'hosted' || !isResumedByProgram) {
    await assertCanApply(tx, access, runId, { action: 'resume' }, now);
    const { status } = await readLockedRun(tx, access, runId, now);
    if (kind === 'hosted') await resumeHostedRun(context, tx, access.account, status);
    else if (isResumedByProgram) await reopenForProgram(context, tx, access, runId, resumer);
    else await reopenForWorker(context, tx, access, status);
    await recordRunAuditEntry(tx, access.account, 'run.resume', runId, now);
  }
  const { status, sequence } = await readLockedRun(tx, access, runId, now);
  if (!isResumedByProgram) return { run: status, outputs: {}, sequence };
  return { run: status, ...(await readOutputs(tx, runId)) };
}

async function readLockedRun(tx: Queryable, access: Access, runId: string, now: Date): Promise<RunRecord> {
  const record = await findRun(tx, access, runId, now);
  if (!record) throw noSuchRun(runId);
  return record;
}

async function reopenForProgram(
  { clock }: EngineContext,
  tx: Queryable,
  access: Access,
  runId: string,
  { reporter, worker }: Resumer,
): Promise<void> {
  const params: unknown[] = [runId, clock.now(), reporter, worker, access.account];
  const { rows } = await tx.query<{ id: string; sequence: number }>(
    `update run set state = 'pending', sequence = sequence + 1, finished_at = null, result = null,
       output = null, error = null,
       cancel_requested_at = null, seen_at = $2, reporter = $3, served = false, scheduled_for = null,
       worker_id = coalesce((select id from worker where id = $4 and account_id = $5 and ${visibleWorkerSql(access, params)}), worker_id)
     where id = $1 returning id, sequence`,
    params,
  );
  await reopenTasks(tx, [runId]);
  await notifyRunsChanged(
    tx,
    rows.map((row) => ({ ...row, state: 'pending' as const })),
  );
}

/** Reopens a reported run, so that a worker that serves its pipeline, flow or task can claim it. */
async function reopenForWorker({ clock }: EngineContext, tx: Queryable, access: Access, run: RunStatus): Promise<void> {
  const { rows } = await tx.query<{ sequence: number }>(
    `update run set state = 'pending', sequence = sequence + 1, finished_at = null, result = null, output = null, error = null,
       cancel_requested_at = null, seen_at = $2, reporter = null, served = true, waits = 'worker', scheduled_for = $2, start_by = null,
       losses = 0
     where id = $1 returning sequence`,
    [run.requestId, clock.now()],
  );
  await reopenTasks(tx, [run.requestId]);
  await notifyRunsChanged(
    tx,
    rows.map(({ sequence }) => ({ id: run.requestId, sequence, state: 'pending' as const })),
  );
  await notifyRunsWaiting(tx, access.account, [run.of]);
}

async function readOutputs(tx: Queryable, runId: string): Promise<Omit<ResumePoint, 'run'>> {
  if (((await readOutputSizes(tx, [runId])).get(runId) ?? 0) > maxOutputCharacters) {
    const limit = `${maxOutputCharacters / 1e6} million characters`;
    throw new EngineError(
      'conflict',
      `run ${runId} cannot be resumed: the outputs of its tasks have more than ${limit}`,
    );
  }
  const point = (await readResumePoints(tx, [runId])).get(runId);
  if (!point) throw new Error(`Expected run ${runId} to exist while it is locked`);
  return point;
}
