import { runName } from 'millrace/shared/runs/run-name.js';
import { callerKey } from '../../store/db/caller.js';
import type { Queryable } from '../../store/db/db.js';
import { foldName, tagKeys } from '../../store/tables/match-keys.js';
import type { EngineContext } from '../engine-context.js';
import { chainKey, type Reservation, type ReservationRequest } from './reservation.js';

/** Inserts a file, its run and its task runs. */
export async function insertReservation(
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
         name_key, directory_key, tag_keys, state, reserved_at, expires_at, keep_input)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'reserved', $14, $15, $20) returning id
     ), new_run as (
       insert into run (id, account_id, kind, of, name, state, file_id, file_name, created_at, webhook, key_id)
       select $16, $2, 'hosted', $3, $17, 'pending', id, $7, $14, $18, $19 from new_file returning id
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
      callerKey(),
      request.keepInput ?? false,
    ],
  );
}
