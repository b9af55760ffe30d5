import type { ReportedRun } from 'millrace/shared/runs/run-event.js';
import { touchReportedRuns } from '../../store/tables/reported-runs.js';
import { touchWorker } from '../../store/tables/workers.js';
import type { EngineContext } from '../engine-context.js';

/**
 * A worker's sign of life, which counts for its runs as well.
 *
 * @param runIds The runs that go on; absent: all that the worker has.
 * @returns What is to be done with each; nothing when there is no such worker (any more).
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
      const which = runIds ? { ids: runIds } : { workerId };
      await touchReportedRuns(tx, accountId, null, which, now);
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
