import type { ClaimedRun } from 'millrace/shared/runs/run-event.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Queryable } from '../../store/db/db.js';
import { visibleWorkerSql, type Access } from '../../store/tables/access.js';
import { findRuns } from '../../store/tables/runs.js';
import type { EngineContext } from '../engine-context.js';
import { endRun } from '../hosted/end-run.js';
import { notifyRunsChanged } from '../notify-run.js';
import { maxOutputCharacters, readOutputSizes, readResumePoints } from '../resume-points.js';
import type { NameTurns } from './name-turns.js';

/** A task, pipeline or flow that a worker serves. */
interface ServedDefinition {
  readonly name: string;
  readonly version: string | null;
  readonly kind: 'pipeline' | 'flow' | 'task';
}

/** A worker's request for runs. */
export interface Claim {
  readonly worker: string;
  /** Identifies the worker's process. Only this process can report the runs that it claims. */
  readonly reporter: string;
  readonly serves: readonly ServedDefinition[];
  /** The worker's number of free slots, which is the maximum number of runs to claim. */
  readonly free: number;
}

/**
 * Claims runs that are waiting for a worker. Alternates between names, beginning with the least recently claimed name. Runs with the same
 * name are claimed by priority, then by scheduled time.
 *
 * @returns The claimed runs, with the state that each continues from; `undefined` if the worker is not visible.
 */
export async function claimRuns(
  context: EngineContext,
  turns: NameTurns,
  access: Access,
  claim: Claim,
): Promise<ClaimedRun[] | undefined> {
  const now = context.clock.now();
  const accountId = access.account;
  return context.db.tx(async (tx) => {
    if (!(await updateWorker(tx, access, claim, now))) return undefined;
    if (claim.free === 0) return [];
    const names = [...new Set(claim.serves.map(({ name }) => name))];
    await queueDueRuns(tx, accountId, names, now);
    const found = await findWaitingRuns(tx, accountId, claim, names, turns.rank(accountId, names), now);
    const claimed = await claimWaitingRuns(tx, claim, await selectFittingRuns(context, tx, found), now);
    for (const { of } of claimed) turns.recordClaim(accountId, of);
    return readClaimedRuns(tx, access, claimed, now);
  });
}

/** Records the worker's definitions and free slots, and a heartbeat. @returns False if the worker is not visible. */
async function updateWorker(tx: Queryable, access: Access, claim: Claim, now: Date): Promise<boolean> {
  const params = [claim.worker, access.account, now, toStorableJson(claim.serves), claim.free];
  const { affected } = await tx.query(
    `update worker set seen_at = greatest(seen_at, $3), serves = $4, free = $5
     where id = $1 and account_id = $2 and ${visibleWorkerSql(access, params)}`,
    params,
  );
  return affected === 1;
}

/** Makes scheduled runs that are due available to workers. */
async function queueDueRuns(tx: Queryable, accountId: string, names: readonly string[], now: Date): Promise<void> {
  await tx.query(
    `update run set waits = 'worker' where id in (
       select id from run where account_id = $1 and of = any($2) and waits = 'time' and scheduled_for <= $3
       for update skip locked)`,
    [accountId, names, now],
  );
}

async function findWaitingRuns(
  tx: Queryable,
  accountId: string,
  { serves, free }: Claim,
  names: readonly string[],
  ranks: readonly number[],
  now: Date,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `with served as (select * from jsonb_to_recordset($2) as served (name text, version text))
     select id from (
       select waiting.*, turn, row_number() over (partition by name order by priority desc, scheduled_for, id) as position
       from unnest($3::text[], $4::int[]) as wanted (name, turn), lateral (
         select id, priority, scheduled_for from run
         where account_id = $1 and of = wanted.name and waits = 'worker' and (start_by is null or start_by > $5)
           and (version is null or exists (select from served where served.name = of and served.version = run.version))
         order by priority desc, scheduled_for, id limit $6) waiting) found
     order by position, turn, priority desc, scheduled_for, id limit $6`,
    [accountId, toStorableJson(serves), names, ranks, now, free],
  );
  return rows.map(({ id }) => id);
}

/**
 * Selects runs, in order, and skips a run if its outputs no longer fit into the response. Marks a run as failed if its outputs alone exceed
 * the limit.
 */
async function selectFittingRuns(context: EngineContext, tx: Queryable, ids: readonly string[]): Promise<string[]> {
  const sizes = await readOutputSizes(tx, ids);
  let remaining = maxOutputCharacters;
  const fitting: string[] = [];
  for (const id of ids) {
    const size = sizes.get(id) ?? 0;
    if (size > maxOutputCharacters) {
      const message = `the outputs of the completed tasks have ${size} characters, more than the limit of ${maxOutputCharacters}`;
      await endRun(context, tx, { runId: id, state: 'failed', error: { code: 'outputs_too_large', message } });
    } else if (size <= remaining) {
      remaining -= size;
      fitting.push(id);
    }
  }
  return fitting;
}

interface ClaimedRow {
  readonly id: string;
  readonly of: string;
  readonly sequence: number;
  readonly reportedSequence: number;
  readonly attempt: number;
}

/** Claims the runs that are still waiting for a worker. Skips runs that another transaction has locked. */
async function claimWaitingRuns(tx: Queryable, claim: Claim, ids: readonly string[], now: Date): Promise<ClaimedRow[]> {
  if (ids.length === 0) return [];
  const definitions = new Map(claim.serves.map((served) => [served.name, served]));
  const { rows } = await tx.query<ClaimedRow>(
    // use `is not distinct from`, because `waits = 'worker'` would make PostgreSQL read the whole index of waiting runs
    `with free as (
       select id from run where id = any($1) and waits is not distinct from 'worker' order by id for update skip locked)
     update run set waits = null, reporter = $2, worker_id = $3, seen_at = $4, attempt = attempt + 1, sequence = sequence + 1,
       kind = served.kind, version = coalesce(run.version, served.version)
     from free, jsonb_to_recordset($5) as served (name text, version text, kind text)
     where run.id = free.id and served.name = run.of
     returning run.id, of, sequence, reported_sequence as "reportedSequence", attempt`,
    [ids, claim.reporter, claim.worker, now, toStorableJson([...definitions.values()])],
  );
  await notifyRunsChanged(
    tx,
    rows.map(({ id, sequence }) => ({ id, sequence, state: 'pending' as const })),
  );
  // restore the order in which the runs were found
  return rows.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

async function readClaimedRuns(
  tx: Queryable,
  access: Access,
  claimed: readonly ClaimedRow[],
  now: Date,
): Promise<ClaimedRun[]> {
  if (claimed.length === 0) return [];
  const ids = claimed.map(({ id }) => id);
  const records = await findRuns(tx, access, ids, now);
  const points = await readResumePoints(tx, ids);
  return ids.flatMap((id) => {
    const [record, point] = [records.get(id), points.get(id)];
    return record && point ? [{ run: record.status, ...point }] : [];
  });
}
