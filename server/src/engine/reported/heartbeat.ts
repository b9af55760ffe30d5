import type { ReportedRun } from 'millrace/shared/runs/run-event.js';
import { touchReportedRuns } from '../../store/tables/reported-runs.js';
import { touchWorker } from '../../store/tables/workers.js';
import type { EngineContext } from '../engine-context.js';

/**
 * Records a heartbeat for a worker and its runs.
 *
 * @param runIds The runs that are still in progress. @default all unfinished runs of the worker
 * @returns Each run's sequence and state, and whether its program should stop; `undefined` if the worker does not exist.
 */
export async function heartbeat(
  { db, clock }: EngineContext,
  accountId: string,
  workerId: string,
  runIds?: readonly string[],
): Promise<Record<string, ReportedRun> | undefined> {
  const now = clock.now();
  return db.tx(
    async (tx) => {
      if (!(await touchWorker(tx, accountId, workerId, now))) return undefined;
      const filter = runIds ? { ids: runIds } : { workerId };
      await touchReportedRuns(tx, accountId, null, filter, now);
      const { rows } = await tx.query<{ id: string } & ReportedRun>(
        `select id, reported_sequence as sequence, state, cancel_requested_at is not null as cancel from run
         where account_id = $1 and kind <> 'hosted' and
           case when $3::uuid[] is null then worker_id = $2 and finished_at is null else id = any($3) end`,
        [accountId, workerId, runIds ?? null],
      );
      const known = rows.map(({ id, ...run }) => [id, run] as const);
      const unknown = (runIds ?? []).map((id) => [id, { sequence: 0, state: null, cancel: false }] as const);
      return Object.fromEntries([...unknown, ...known]);
    },
    { durable: false },
  );
}
