import { createHash, randomUUID } from 'node:crypto';
import { runName } from 'millrace/shared/runs/run-name.js';
import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { WebhookTarget } from 'millrace/shared/types/webhook.js';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { Queryable } from '../../store/db/db.js';
import { foldName, tagKeys, type Tag } from '../../store/tables/match-keys.js';
import { acceptIn, settleBlob } from './accept-upload.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { removeFiles } from './remove-files.js';

export interface Selection {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
}

export interface ReservationRequest {
  readonly pipeline: string;
  readonly chain: readonly string[];
  /** One for each module of the chain. */
  readonly selections: readonly Selection[];
  readonly fileName: string;
  readonly directory: string;
  readonly tags: readonly Tag[];
  readonly description: string;
  readonly expireSeconds: number;
  /** Where its end is told. */
  readonly webhook?: Required<WebhookTarget>;
}

export interface Reservation {
  readonly fileId: string;
  readonly runId: string;
}

/**
 * Reserves a symbolic path for a file that is about to be uploaded, and writes the run that will work on it.
 *
 * @param idempotencyKey The same key with the same request gives the same reservation again.
 * @throws `EngineError` `chain_conflict`, `already_exists`, `too_many_runs`, `conflict`.
 */
export async function reserve(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey?: string,
): Promise<Reservation> {
  // nothing is promised before the upload is accepted, and that commit takes this one to the disk with it
  return context.db.tx((tx) => reserveIn(context, tx, accountId, request, idempotencyKey), { durable: false });
}

/**
 * The same for a file that is there already: its run begins.
 *
 * @param blob Written and synced; removed again when the file had come before, by the same key, or is refused.
 * @throws `EngineError` as above, and `gone`; `conflict` also when the key stands for a file of another length.
 */
export async function reserveWithContent(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: string | undefined,
  blob: WrittenBlob,
): Promise<Reservation> {
  const begun = begin(context, accountId, request, idempotencyKey, blob);
  const isUsed = await settleBlob(
    context,
    blob,
    begun.then((run) => run.isUsed),
  );
  const { reservation } = await begun;
  if (!isUsed) await refuseOtherContent(context, reservation.fileId, blob);
  return reservation;
}

async function begin(
  context: EngineContext,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: string | undefined,
  blob: WrittenBlob,
): Promise<{ reservation: Reservation; isUsed: boolean }> {
  const accept = async (tx: Queryable, reservation: Reservation) => ({
    reservation,
    isUsed: await acceptIn(context, tx, reservation.fileId, blob),
  });
  if (context.db.backend === 'postgres') {
    // two transactions: the pipeline's lock is not held while the disk is waited for, which many share
    const reservation = await reserve(context, accountId, request, idempotencyKey);
    return context.db.tx((tx) => accept(tx, reservation));
  }
  return context.db.tx(async (tx) => accept(tx, await reserveIn(context, tx, accountId, request, idempotencyKey)));
}

async function refuseOtherContent({ db }: EngineContext, fileId: string, { bytes }: WrittenBlob): Promise<void> {
  const { rows } = await db.query<{ input_bytes: number | null }>('select input_bytes from file where id = $1', [
    fileId,
  ]);
  const [file] = rows;
  if (!file || file.input_bytes === bytes) return;
  throw new EngineError('conflict', 'this Idempotency-Key was used for another file; use a new one for each call');
}

async function reserveIn(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
  idempotencyKey: string | undefined,
): Promise<Reservation> {
  const hash = hashOf(request);
  const [, earlier, conflicts] = await Promise.all([
    lock(tx, accountId, request.pipeline, idempotencyKey),
    idempotencyKey && findEarlier(tx, accountId, idempotencyKey),
    findConflicts(context, tx, accountId, request),
  ]);
  if (earlier) return sameReservation(earlier, hash);
  await settleConflicts(context, tx, accountId, request, conflicts);
  const reservation = { fileId: randomUUID(), runId: randomUUID() };
  await Promise.all([
    insertReservation(context, tx, accountId, request, reservation),
    idempotencyKey && remember(context, tx, accountId, { key: idempotencyKey, hash, reservation }),
  ]);
  return reservation;
}

/** What a key stands for. A secret is sealed anew for every call, so it cannot tell one from another. */
function hashOf(request: ReservationRequest): string {
  const { webhook, ...rest } = request;
  const text = JSON.stringify({ ...rest, ...(webhook && { webhook: { url: webhook.url, events: webhook.events } }) });
  return createHash('sha256').update(text).digest('hex');
}

/**
 * One reservation of a pipeline at a time, so that two chains of one name cannot slip in side by side; and one of a key, which may
 * come with another pipeline at the same moment. The key's is taken first, always, so nobody waits in a circle.
 */
async function lock(tx: Queryable, accountId: string, pipeline: string, key: string | undefined): Promise<void> {
  const names = [...(key === undefined ? [] : [`${accountId} key ${key}`]), `${accountId} pipeline ${pipeline}`];
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) with ordinality lock (name, place)`,
    [names],
  );
}

interface EarlierCall {
  readonly request_hash: string;
  readonly response: Reservation;
}

async function findEarlier(tx: Queryable, accountId: string, key: string): Promise<EarlierCall | undefined> {
  const { rows } = await tx.query<EarlierCall>(
    'select request_hash, response from idempotency where account_id = $1 and key = $2',
    [accountId, key],
  );
  return rows[0];
}

function sameReservation(earlier: EarlierCall, hash: string): Reservation {
  if (earlier.request_hash === hash) return earlier.response;
  throw new EngineError('conflict', 'this Idempotency-Key was used for another request; use a new one for each call');
}

async function remember(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  call: { readonly key: string; readonly hash: string; readonly reservation: Reservation },
): Promise<void> {
  await tx.query(
    'insert into idempotency (account_id, key, request_hash, response, created_at) values ($1, $2, $3, $4, $5)',
    [accountId, call.key, call.hash, JSON.stringify(call.reservation), context.clock.now()],
  );
}

interface Conflict {
  readonly kind: 'chain' | 'path' | 'too many runs';
  readonly chain: string[] | null;
  /** It holds the path, but has expired or was never uploaded. */
  readonly is_gone: boolean;
}

async function findConflicts(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
): Promise<readonly Conflict[]> {
  const now = context.clock.now();
  const abandoned = new Date(now.getTime() - context.reservationSeconds * 1000);
  const gone = `(expires_at <= $5 or (state = 'reserved' and reserved_at <= $6))`;
  const ofPipeline = `from file where account_id = $1 and pipeline = $2 and state <> 'failed'`;
  // smaller or larger, not different: so an index answers, however many files the pipeline has
  const otherChain = (operator: string) =>
    `(select 'chain' as kind, chain, false as is_gone ${ofPipeline} and chain_key ${operator} $7 and not ${gone} limit 1)`;
  const { rows } = await tx.query<Conflict>(
    `${otherChain('<')} union all ${otherChain('>')} union all
     select 'path', null, ${gone} ${ofPipeline} and directory_key = $3 and name_key = $4 union all
     select 'too many runs', null, false
     from (select 1 from run where account_id = $1 and finished_at is null limit $8) open having count(*) >= $8`,
    [...pathKey(accountId, request), now, abandoned, chainKey(request.chain), context.maxOpenRuns],
  );
  return rows;
}

/** Makes room where the path is held by what is gone. @throws `EngineError` for any other conflict. */
async function settleConflicts(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
  conflicts: readonly Conflict[],
): Promise<void> {
  for (const conflict of conflicts) if (!conflict.is_gone) throw explain(context, request, conflict);
  if (conflicts.length === 0) return;
  const samePath = "account_id = $1 and pipeline = $2 and directory_key = $3 and name_key = $4 and state <> 'failed'";
  await removeFiles(context, tx, samePath, pathKey(accountId, request));
}

function pathKey(accountId: string, { pipeline, directory, fileName }: ReservationRequest): string[] {
  return [accountId, pipeline, foldName(directory), foldName(fileName)];
}

function chainKey(chain: readonly string[]): string {
  return chain.join(',');
}

function explain(context: EngineContext, request: ReservationRequest, { kind, chain }: Conflict): EngineError {
  if (kind === 'chain') {
    return new EngineError(
      'chain_conflict',
      'BAD REQUEST: you have at least one file on record with the same pipeline name but another module chain: ' +
        `${chain?.join(', ')}. Use another pipeline name, or delete those files first.`,
    );
  }
  if (kind === 'path') {
    const path = joinFilePath(request.directory, request.fileName);
    return new EngineError(
      'already_exists',
      `BAD REQUEST: a file with the symbolic path '${path}' already exists in the pipeline '${request.pipeline}'. ` +
        'Choose another file name or directory, or delete that file first.',
    );
  }
  return new EngineError(
    'too_many_runs',
    `BAD REQUEST: this account already has ${context.maxOpenRuns} unfinished runs; wait until some have finished.`,
  );
}

async function insertReservation(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
  { fileId, runId }: Reservation,
): Promise<void> {
  const now = context.clock.now();
  const selections = Object.fromEntries(request.selections.map((selection, i) => [`module_${i + 1}`, selection]));
  await tx.query(
    `with new_file as (
       insert into file (id, account_id, pipeline, chain, chain_key, selections, file_name, directory, tags, description,
         name_key, directory_key, tag_keys, state, reserved_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'reserved', $14, $15) returning id
     ), new_run as (
       insert into run (id, account_id, kind, of, name, state, file_id, created_at, webhook)
       select $16, $2, 'hosted', $3, $17, 'pending', id, $14, $18 from new_file returning id
     )
     insert into task_run (run_id, index, key, name, model, params, state, after)
     select new_run.id, position - 1, 'module_' || position, chain.name, choice.model, choice.params, 'pending',
       case when position = 1 then '[]'::jsonb else jsonb_build_array('module_' || (position - 1)) end
     from new_run, jsonb_array_elements_text($4) with ordinality chain(name, position),
       lateral (select $6::jsonb -> ('module_' || position) ->> 'model' as model,
         $6::jsonb -> ('module_' || position) -> 'params' as params) choice`,
    [
      fileId,
      accountId,
      request.pipeline,
      JSON.stringify(request.chain),
      chainKey(request.chain),
      JSON.stringify(selections),
      request.fileName,
      request.directory,
      JSON.stringify(request.tags),
      request.description,
      foldName(request.fileName),
      foldName(request.directory),
      JSON.stringify(tagKeys(request.tags)),
      now,
      new Date(now.getTime() + request.expireSeconds * 1000),
      runId,
      runName(),
      request.webhook ? JSON.stringify(request.webhook) : null,
    ],
  );
}
