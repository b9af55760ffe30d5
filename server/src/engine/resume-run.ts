import type { Json } from 'millrace/shared/types/json.js';
import type { ResumePoint } from 'millrace/shared/runs/run-event.js';
import type { Queryable } from '../store/db/db.js';
import { findRun } from '../store/tables/runs.js';
import type { ReportedTaskRow } from '../store/tables/reported-runs.js';
import type { EngineContext } from './engine-context.js';
import { seesWorker, type Access } from '../store/tables/access.js';
import { recordRunChange } from '../store/tables/audit.js';
import { EngineError, noSuchRun } from './engine-error.js';
import { lockOwnRun } from './lock-run.js';
import { toCalls } from './reported/fold-events.js';
import { announceRuns } from './notify-run.js';
import { restartHosted } from './hosted/restart-hosted.js';

/** The program that resumes a run. */
interface Resumer {
  readonly reporter: string | null;
  readonly worker: string | null;
}

/**
 * Reopens a run that did not complete. A hosted run continues from the failed module. A reported run is taken over by the
 * resuming program, so later events from the previous program are ignored. A reported run that has completed is left unchanged.
 *
 * @returns The run with its sequence and the outputs of its completed tasks, so that a program can continue the run.
 * @throws `EngineError` `not_found` if the run is not visible; `forbidden` if another key started it; `conflict` if it has not ended or cannot be resumed.
 */
export async function resumeRun(
  context: EngineContext,
  access: Access,
  runId: string,
  resumer: Resumer,
): Promise<ResumePoint> {
  return context.db.tx(async (tx) => {
    await lockOwnRun(tx, access, runId, context.clock.now());
    const record = await findRun(tx, access, runId, context.clock.now());
    if (!record) throw noSuchRun(runId);
    const { kind, state } = record.status;
    if (state === 'completed' && kind === 'hosted') {
      throw new EngineError('conflict', `run ${runId} has already completed, so there is nothing to resume`);
    }
    if (record.status.finishedAt === null) {
      throw new EngineError('conflict', `run ${runId} is ${state}; it can be resumed only once it has ended`);
    }
    if (kind === 'hosted') await restartHosted(context, tx, record.status);
    else if (state !== 'completed') await reopen(context, tx, access, runId, resumer);
    if (state !== 'completed') await recordRunChange(tx, access.account, 'run.resume', runId, context.clock.now());
    const reopened = await findRun(tx, access, runId, context.clock.now());
    if (!reopened) throw new Error(`Expected run ${runId} to exist while it is locked`);
    return { run: reopened.status, ...(await readOutputs(tx, runId)) };
  });
}

async function reopen(
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
       cancel_requested_at = null, seen_at = $2, reporter = $3,
       worker_id = coalesce((select id from worker where id = $4 and account_id = $5 and ${seesWorker(access, params)}), worker_id)
     where id = $1 returning id, sequence`,
    params,
  );
  await tx.query(
    `update task_run set state = 'pending', started_at = null, finished_at = null, progress = null, error = null
     where run_id = $1 and state <> 'completed'`,
    [runId],
  );
  await announceRuns(
    tx,
    rows.map((row) => ({ ...row, state: 'pending' as const })),
  );
}

/** Maximum size of the outputs that a program receives to resume a run, in characters. */
const maxOutputs = 64 * 1024 ** 2;

async function readOutputs(tx: Queryable, runId: string): Promise<Omit<ResumePoint, 'run'>> {
  const { rows: runs } = await tx.query<{ reported_sequence: number; output: Json }>(
    'select reported_sequence, output from run where id = $1',
    [runId],
  );
  const { rows: sizes } = await tx.query<{ characters: number | null }>(
    `select sum(length(output::text))::bigint as characters from task_run where run_id = $1 and state = 'completed'`,
    [runId],
  );
  if ((sizes[0]?.characters ?? 0) > maxOutputs) {
    const limit = `${maxOutputs / 1024 ** 2} million characters`;
    throw new EngineError(
      'conflict',
      `run ${runId} cannot be resumed: the outputs of its tasks have more than ${limit}`,
    );
  }
  const { rows: tasks } = await tx.query<{ key: string; output: Json }>(
    `select key, output from task_run where run_id = $1 and state = 'completed' and output is not null order by index`,
    [runId],
  );
  const { rows: calls } = await tx.query<Pick<ReportedTaskRow, 'key' | 'digest' | 'began' | 'ended'>>(
    'select key, digest, began, ended from task_run where run_id = $1 and began is not null order by began',
    [runId],
  );
  const output = runs[0]?.output ?? null;
  return {
    calls: toCalls(calls),
    ...(output !== null && { output }),
    outputs: Object.fromEntries(tasks.map(({ key, output }) => [key, output])),
    sequence: runs[0]?.reported_sequence ?? 0,
  };
}
