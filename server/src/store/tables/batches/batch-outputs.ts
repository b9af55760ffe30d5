import type { Queryable } from '../../db/db.js';

/** The current output of a file that a batch has processed. */
export interface BatchOutput {
  readonly fileId: string;
  readonly fileName: string;
  /** The symbolic directory of the file. */
  readonly directory: string;
  readonly extension: string;
  /** The key of the output's blob. */
  readonly blob: string;
  readonly bytes: number;
  /** When the file was last updated. */
  readonly updatedAt: Date;
}

/**
 * Returns the current outputs of the files that a batch's completed runs processed, at most `limit`, ordered by path. Omits expired files.
 */
export async function findBatchOutputs(
  db: Queryable,
  batchId: string,
  now: Date,
  limit: number,
): Promise<BatchOutput[]> {
  const { rows } = await db.query<BatchOutput>(
    `select file.id as "fileId", file.file_name as "fileName", directory, output_extension as extension, output_blob as blob,
       output_bytes as bytes, updated_at as "updatedAt"
     from run join file on file.id = run.file_id
     where run.batch_id = $1 and run.state = 'completed' and output_blob is not null and file.expires_at > $2
     order by directory, file.file_name, file.id limit $3`,
    [batchId, now, limit],
  );
  return rows;
}
