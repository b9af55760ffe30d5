import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import { generateRunName } from 'millrace/shared/runs/run-name.js';
import { toStorableJson } from 'millrace/shared/rules/storable-json.js';
import type { Queryable } from '../../store/db/db.js';
import { createExpiryParam } from '../../store/tables/files/files.js';
import { createTagKeys } from '../../store/tables/files/match-keys.js';
import type { EngineContext } from '../engine-context.js';
import { chainKey, type Reservation, type ReservationRequest } from './reservation.js';

interface NewReservation extends Reservation {
  readonly accountId: string;
  /** The id of the request's API key, or `null` outside a request. */
  readonly keyId: string | null;
  readonly request: ReservationRequest;
  /** The id of the finished file at the same path, to be replaced when the new file is ready. */
  readonly replacedFileId?: string | undefined;
}

/** Inserts the reserved files, their runs and their task runs. */
export async function insertReservations(
  context: EngineContext,
  tx: Queryable,
  reservations: readonly NewReservation[],
): Promise<void> {
  const now = context.clock.now();
  await tx.query(
    `with item as (
       select * from jsonb_to_recordset($1::jsonb) as item (file_id uuid, run_id uuid, account_id uuid, key_id uuid, pipeline text,
         chain jsonb, chain_key text, selections jsonb, file_name text, directory text, tags jsonb, description text, name_key text,
         directory_key text, tag_keys jsonb, expires_at timestamptz, keep_input boolean, run_name text, webhook jsonb,
         parent_id uuid, batch_id uuid, replaces_id uuid, sync_root text)
     ), new_file as (
       insert into file (id, account_id, pipeline, chain, chain_key, selections, file_name, directory, tags, description,
         name_key, directory_key, tag_keys, state, reserved_at, expires_at, keep_input, replaces_id, sync_root)
       select file_id, account_id, pipeline, chain, chain_key, selections, file_name, directory, tags, description,
         name_key, directory_key, tag_keys, 'reserved', $2, expires_at, keep_input, replaces_id, sync_root from item
     ), new_run as (
       insert into run (id, account_id, kind, of, name, state, file_id, file_name, created_at, webhook, key_id, parent_id, batch_id)
       select run_id, account_id, 'hosted', pipeline, run_name, 'pending', file_id, file_name, $2, webhook, key_id,
         (select id from run where id = item.parent_id), batch_id
       from item
     )
     insert into task_run (run_id, index, key, name, model, params, state, after)
     select run_id, position - 1, 'module_' || position, module.name, choice.model, choice.params, 'pending',
       case when position = 1 then '[]'::jsonb else jsonb_build_array('module_' || (position - 1)) end
     from item, jsonb_array_elements_text(chain) with ordinality module (name, position),
       lateral (select selections -> ('module_' || position) ->> 'model' as model,
         selections -> ('module_' || position) -> 'params' as params) choice`,
    [toStorableJson(reservations.map((reservation) => toRow(reservation, now))), now],
  );
}

function toRow({ fileId, runId, accountId, keyId, request, replacedFileId }: NewReservation, now: Date) {
  return {
    file_id: fileId,
    run_id: runId,
    account_id: accountId,
    key_id: keyId,
    pipeline: request.pipeline,
    chain: request.chain,
    chain_key: chainKey(request.chain),
    selections: Object.fromEntries(request.selections.map((selection, i) => [`module_${i + 1}`, selection])),
    file_name: request.fileName,
    directory: request.directory,
    tags: request.tags,
    description: request.description,
    name_key: foldName(request.fileName),
    directory_key: foldName(request.directory),
    tag_keys: createTagKeys(request.tags),
    expires_at: createExpiryParam(now, request.expireSeconds),
    keep_input: request.keepInput ?? false,
    run_name: generateRunName(),
    webhook: request.webhook ?? null,
    parent_id: request.parent ?? null,
    batch_id: request.batch ?? null,
    replaces_id: replacedFileId ?? null,
    sync_root: request.syncRoot ?? null,
  };
}
