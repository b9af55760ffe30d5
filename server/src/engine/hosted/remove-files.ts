import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { announce } from '../notify-run.js';

/** How many files one transaction removes at the most: larger ones would keep everybody waiting. */
export const removalBatch = 100;

/**
 * Wipes files with everything that belongs to them: the record, the run, postings (by cascade) and the blobs (through the
 * trash). Whoever waits for their runs is told that they are gone. Removes up to {@link removalBatch} files.
 *
 * @param where An SQL condition on `file`, with its parameters.
 * @param options `skipLocked`: leave alone what another transaction is working on; for sweeps, which come again.
 * @returns The ids of the files that went.
 */
export async function removeFiles(
  context: EngineContext,
  tx: Queryable,
  where: string,
  params: readonly unknown[],
  { skipLocked = false }: { skipLocked?: boolean } = {},
): Promise<string[]> {
  // locked first, so that the next statement sees what a step that was just recording its output has written
  const { rows: chosen } = await tx.query<{ id: string }>(
    `select id from file where ${where} limit ${removalBatch} for update ${skipLocked ? 'skip locked' : ''}`,
    params,
  );
  if (chosen.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(
    `with removed as (
       delete from file where id = any($1) returning id, input_blob, output_blob
     ), removed_runs as (
       select run.id, run.sequence from run join removed on run.file_id = removed.id
     ), blobs as (
       select input_blob as key from removed union select output_blob from removed
       union select output_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
       union select snippets_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
     ), trashed as (
       insert into blob_trash (key, at) select key, $2 from blobs where key is not null on conflict do nothing
     ), told as (
       select ${announce('id', 'sequence', 'gone')} from removed_runs
     )
     select removed.id, (select count(*) from told) from removed`,
    [chosen.map((file) => file.id), context.clock.now()],
  );
  return rows.map((row) => row.id);
}
