import type { ReportedRun } from 'millrace/shared/runs/run-event.js';
import { visibleRunSql, type Access } from '../../store/tables/access.js';
import { touchReportedRuns } from '../../store/tables/reported-runs.js';
import { touchWorker } from '../../store/tables/workers.js';
import type { EngineContext } from '../engine-context.js';

/**
 * Records a heartbeat of a worker and its runs.
 *
 * @param runIds The runs that are still in progress. @default all unfinished runs of the worker
 * @param reporter Identifies the process that claimed the served runs. @default the worker's id
 * @returns By run id, the sequence number of the latest recorded event, the run's state, and whether its program should stop; `undefined`
 * if the worker is not visible. The state is `null` for runs that do not exist or are not visible, for served runs that `reporter` has not
 * claimed, and for other runs that the request's key may not change.
 */
export async function recordHeartbeat(
  { db, clock }: EngineContext,
  access: Access,
  workerId: string,
  runIds?: readonly string[],
  reporter: string = workerId,
): Promise<Record<string, ReportedRun> | undefined> {
  const now = clock.now();
  return db.tx(
    async (tx) => {
      if (!(await touchWorker(tx, access, workerId, now))) return undefined;
      const filter = runIds ? { ids: runIds } : { workerId };
      await touchReportedRuns(tx, access, null, filter, now, reporter);
      const params: unknown[] = [access.account, workerId, runIds ?? null, access.ownKeyId, reporter];
      const { rows } = await tx.query<{ id: string } & ReportedRun>(
        `select id, reported_sequence as sequence, case when not served or waits is null and reporter = $5 then state end as state,
           cancel_requested_at is not null as cancel from run
         where account_id = $1 and kind <> 'hosted' and
           case when $3::uuid[] is null then worker_id = $2 and finished_at is null else id = any($3) end
           and ($4::uuid is null or key_id = $4 or (served and reporter = $5)) and ${visibleRunSql(access, params)}`,
        params,
      );
      const found = rows.map(({ id, ...run }) => [id, run] as const);
      const defaults = (runIds ?? []).map((id) => [id, { sequence: 0, state: null, cancel: false }] as const);
      return Object.fromEntries([...defaults, ...found]);
    },
    { durable: false },
  );
}
