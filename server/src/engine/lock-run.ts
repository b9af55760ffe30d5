import type { RunState, RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../store/db/db.js';
import { visibleRunSql, type Access } from '../store/tables/access.js';
import { EngineError, noSuchRun } from './engine-error.js';

/**
 * Locks runs and their files for the rest of the transaction. To prevent deadlocks, transactions lock rows in the same order: files, then
 * runs, then task runs. Within a table, they lock rows in the order of their ids.
 */
export async function lockRuns(tx: Queryable, runIds: readonly string[]): Promise<void> {
  // the condition locks the files first, because PostgreSQL evaluates the condition before it locks the runs' rows
  await tx.query(
    `select from run where id = any($1) and 0 <= (
       select count(*) from (
         select from file where id in (select file_id from run where id = any($1)) order by id for update) locked
     ) order by id for update`,
    [runIds],
  );
}

/**
 * Locks a run and its file, and checks that the request may change the run.
 *
 * @throws `EngineError` `not_found` if the run does not exist, is not visible, or has expired; `forbidden` if the request may change
 * only its own key's runs and this run is not one of them.
 */
export async function lockRunForChange(
  tx: Queryable,
  access: Access,
  runId: string,
  now: Date,
): Promise<{ readonly state: RunState; readonly kind: RunStatus['kind']; readonly waits: string | null }> {
  await lockRuns(tx, [runId]);
  const params: unknown[] = [runId, access.account, now];
  const { rows } = await tx.query<{
    state: RunState;
    kind: RunStatus['kind'];
    waits: string | null;
    key_id: string | null;
  }>(
    `select run.state, run.kind, run.waits, run.key_id from run left join file on file.id = run.file_id
     where run.id = $1 and run.account_id = $2 and (run.file_id is null or file.expires_at > $3)
       and ${visibleRunSql(access, params)}`,
    params,
  );
  const [run] = rows;
  if (!run) throw noSuchRun(runId);
  if (access.ownKeyId === null || run.key_id === access.ownKeyId) return run;
  throw new EngineError(
    'forbidden',
    `Another key started run ${runId}. Changing it requires the role operator or admin.`,
  );
}
