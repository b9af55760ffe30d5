import type { Queryable } from '../store/db.js';
import type { EngineContext } from './engine-context.js';
import { announce } from './notify-run.js';

/**
 * Wipes files with everything that belongs to them: the record, the run, postings (by cascade) and the blobs (through the
 * trash). Whoever waits for their runs is told that they are gone.
 *
 * @param where An SQL condition on `file`, with its parameters.
 * @returns The ids of the files that went.
 */
export async function removeFiles(
  context: EngineContext,
  tx: Queryable,
  where: string,
  params: readonly unknown[],
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `with removed as (
       delete from file where ${where} returning id, input_blob, output_blob
     ), removed_runs as (
       select run.id, run.sequence from run join removed on run.file_id = removed.id
     ), blobs as (
       select input_blob as key from removed union select output_blob from removed
       union select output_blob from task_run join removed_runs on task_run.run_id = removed_runs.id
     ), trashed as (
       insert into blob_trash (key, at) select key, $${params.length + 1} from blobs where key is not null
       on conflict do nothing
     ), told as (
       select ${announce('id', 'sequence', 'gone')} from removed_runs
     )
     select removed.id, (select count(*) from told) from removed`,
    [...params, context.clock.now()],
  );
  return rows.map((row) => row.id);
}
