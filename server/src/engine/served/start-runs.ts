import { createHash, randomUUID } from 'node:crypto';
import { generateRunName } from 'millrace/shared/runs/run-name.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Json } from 'millrace/shared/types/json.js';
import { getCallerKeyId } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError, explainNameNotAllowed, idempotencyKeyReused, tooManyRuns } from '../engine-error.js';
import { findVisibleRuns } from '../../store/tables/reported-runs.js';
import { countOpenRuns } from '../../store/tables/runs.js';
import { allowsName, type Access } from '../../store/tables/access.js';
import { notifyRunsChanged } from '../notify-run.js';
import { notifyRunsWaiting } from './claim-notifier.js';

/** A request for a run that a worker will execute. */
export interface StartRequest {
  /** The name of a task, a pipeline or a flow. No worker needs to serve it yet. */
  readonly of: string;
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly input: Json;
  /** Delay before a worker can claim the run, in milliseconds. */
  readonly delay: number;
  /**
   * Time from this request until the run expires, in milliseconds, or `null` if the run never expires. An expired run is cancelled if it is
   * waiting for a worker.
   */
  readonly expiresIn: number | null;
  /** 0 to 9. Among runs with the same name, those with a higher priority are claimed first. */
  readonly priority: number;
  /** Number of lost workers after which the run is marked as crashed. */
  readonly attempts: number;
  readonly parent: string | null;
  /** Repeating a request with the same key returns the same run. */
  readonly idempotencyKey: string | null;
}

/** The run's id, or the error if the request was refused. */
export type StartResult = { readonly runId: string } | { readonly error: EngineError };

interface NewRun extends StartRequest {
  readonly id: string;
  readonly name: string;
  readonly scheduledFor: Date;
  readonly startBy: Date | null;
}

/**
 * Creates runs for workers to claim, in one transaction. Each request is accepted or refused separately.
 *
 * @returns For each request, the run's id or the error: `forbidden` if the API key may not use the name; `too_many_runs` if the account
 * has too many unfinished runs; `conflict` if the idempotency key was used for a different request; `not_found` if the parent does not
 * exist or is not visible.
 */
export async function startRuns(
  context: EngineContext,
  access: Access,
  requests: readonly StartRequest[],
): Promise<StartResult[]> {
  const accountId = access.account;
  return context.db.tx(async (tx) => {
    const now = context.clock.now();
    const [firstUses, parents, openCount] = await Promise.all([
      storeIdempotencyKeys(tx, accountId, requests, now),
      findVisibleRuns(
        tx,
        access,
        requests.map(({ parent }) => parent),
      ),
      countOpenRuns(tx, accountId, context.maxOpenRuns),
    ]);
    let remainingCount = context.maxOpenRuns - openCount;
    const runs: NewRun[] = [];
    const results: StartResult[] = [];
    const startRun = (request: StartRequest, index: number): StartResult => {
      const firstUse = request.idempotencyKey === null ? undefined : firstUses.get(request.idempotencyKey);
      if (firstUse && firstUse.hash !== hashStartRequest(request)) return { error: idempotencyKeyReused() };
      // if an earlier request of this call used the key, return the result of that request, which may be an error
      if (firstUse && firstUse.index !== index)
        return (firstUse.index === null ? undefined : results[firstUse.index]) ?? { runId: firstUse.runId };
      if (!allowsName(access, request.of)) return { error: forbidden(access, request.of) };
      if (request.parent !== null && !parents.includes(request.parent))
        return { error: parentNotFound(request.parent) };
      if (remainingCount <= 0) return { error: tooManyRuns(context.maxOpenRuns) };
      remainingCount--;
      const id = firstUse?.runId ?? randomUUID();
      runs.push({
        ...request,
        id,
        name: generateRunName(),
        scheduledFor: new Date(now.getTime() + request.delay),
        startBy: request.expiresIn === null ? null : new Date(now.getTime() + request.expiresIn),
      });
      return { runId: id };
    };
    for (const [index, request] of requests.entries()) results.push(startRun(request, index));
    await deleteRefusedKeys(tx, accountId, results, firstUses);
    await insertRuns(tx, accountId, runs, now);
    return results;
  });
}

/** The first request that used an idempotency key. */
interface FirstUse {
  readonly runId: string;
  readonly hash: string;
  /** The request's index in the current call, or `null` if the request was made in another call. */
  readonly index: number | null;
}

/**
 * Stores the requests' idempotency keys. Waits for other transactions that are storing the same keys.
 *
 * @returns The first use of each key.
 */
async function storeIdempotencyKeys(
  tx: Queryable,
  accountId: string,
  requests: readonly StartRequest[],
  now: Date,
): Promise<Map<string, FirstUse>> {
  const firstUses = new Map<string, FirstUse>();
  for (const [index, request] of requests.entries()) {
    const { idempotencyKey: key } = request;
    if (key !== null && !firstUses.has(key))
      firstUses.set(key, { runId: randomUUID(), hash: hashStartRequest(request), index });
  }
  if (firstUses.size === 0) return firstUses;
  const entries = [...firstUses].sort(([a], [b]) => (a < b ? -1 : 1));
  const { rows: inserted } = await tx.query<{ key: string }>(
    `insert into idempotency (account_id, key, request_hash, response, created_at)
     select $1, key, hash, response, $2 from jsonb_to_recordset($3) as entry (key text, hash text, response jsonb)
     on conflict do nothing returning key`,
    [accountId, now, toStorableJson(entries.map(([key, { runId, hash }]) => ({ key, hash, response: { runId } })))],
  );
  const newKeys = new Set(inserted.map(({ key }) => key));
  const existingKeys = entries.map(([key]) => key).filter((key) => !newKeys.has(key));
  if (existingKeys.length === 0) return firstUses;
  const { rows } = await tx.query<{ key: string; hash: string; runId: string }>(
    `select key, request_hash as hash, response ->> 'runId' as "runId" from idempotency
     where account_id = $1 and key = any($2)`,
    [accountId, existingKeys],
  );
  for (const { key, hash, runId } of rows) firstUses.set(key, { runId, hash, index: null });
  return firstUses;
}

/** Deletes the keys of refused requests, so that the requests can be retried. */
async function deleteRefusedKeys(
  tx: Queryable,
  accountId: string,
  results: readonly StartResult[],
  firstUses: ReadonlyMap<string, FirstUse>,
): Promise<void> {
  const refused = [...firstUses].flatMap(([key, { index }]) => {
    const result = index === null ? undefined : results[index];
    return result && 'error' in result ? [key] : [];
  });
  if (refused.length === 0) return;
  await tx.query('delete from idempotency where account_id = $1 and key = any($2)', [accountId, refused]);
}

function hashStartRequest({ idempotencyKey: _, ...request }: StartRequest): string {
  return createHash('sha256')
    .update(JSON.stringify(['start', request]))
    .digest('hex');
}

async function insertRuns(tx: Queryable, accountId: string, runs: readonly NewRun[], now: Date): Promise<void> {
  if (runs.length === 0) return;
  await tx.query(
    `insert into run (id, account_id, kind, of, name, state, sequence, input, created_at, seen_at, key_id, parent_id, served, waits,
       priority, scheduled_for, start_by, max_losses)
     select id, $1, kind, of, name, 'pending', 1, input, $2, $2, $3, parent, true, case when "scheduledFor" > $2 then 'time' else 'worker' end,
       priority, "scheduledFor", "startBy", attempts
     from jsonb_to_recordset($4) as entry (id uuid, kind text, of text, name text, input jsonb, parent uuid, priority smallint,
       "scheduledFor" timestamptz, "startBy" timestamptz, attempts int)`,
    [accountId, now, getCallerKeyId(), toStorableJson(runs)],
  );
  await notifyRunsChanged(
    tx,
    runs.map(({ id }) => ({ id, sequence: 1, state: 'pending' as const })),
  );
  await notifyRunsWaiting(tx, accountId, [...new Set(runs.map(({ of }) => of))]);
}

function parentNotFound(id: string): EngineError {
  return new EngineError('not_found', `Expected \`parent\` to be a run that this key can see, got ${id}`);
}

function forbidden(access: Access, name: string): EngineError {
  return new EngineError('forbidden', explainNameNotAllowed(access, name));
}
