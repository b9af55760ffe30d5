import type { Queryable } from '../../store/db/db.js';

/** The blob with the texts of each file's vectors, by the file's id; files without one are not in it. */
export async function findSnippetBlobs(db: Queryable, fileIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ file_id: string; snippets_blob: string }>(
    `select run.file_id, task_run.snippets_blob from run join task_run on task_run.run_id = run.id
     where run.file_id = any($1::uuid[]) and task_run.snippets_blob is not null`,
    [fileIds],
  );
  return new Map(rows.map((row) => [row.file_id, row.snippets_blob]));
}
