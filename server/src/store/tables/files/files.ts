import type { Json } from 'millrace/shared/types/json.js';
import type { Tag } from './match-keys.js';
import type { Queryable } from '../../db/db.js';
import { visibleFileSql, type Access } from '../access.js';

/** The output of a finished file. */
export interface FileOutput {
  output_blob: string;
  output_extension: string;
  output_bytes: number;
  output_sha256: string;
}

/** A file, as returned by {@link findFile} and by listings. */
export interface FileRow {
  id: string;
  pipeline: string;
  chain: string[];
  selections: Record<string, { model: string; params: Record<string, Json> }>;
  file_name: string;
  directory: string;
  tags: Tag[];
  description: string;
  /** The facts that each module returned about its output, by the module's key, such as `module_1`. */
  facts: Record<string, Record<string, Json>>;
  state: 'reserved' | 'processing' | 'ready' | 'failed';
  output_blob: string | null;
  output_extension: string | null;
  output_bytes: number | null;
  output_sha256: string | null;
  input_sha256: string | null;
  created_at: Date;
  updated_at: Date;
  /** `null` if the file never expires. */
  expires_at: Date | null;
  run_id: string;
}

/** The SQL for the time when a file expires; null if the file never expires. */
export const fileExpirySql = "nullif(file.expires_at, 'infinity')";

/** Returns a file's expiry time as a statement parameter. @param seconds The time to live; `null` if the file never expires. */
export function createExpiryParam(now: Date, seconds: number | null): string {
  return seconds === null ? 'infinity' : new Date(now.getTime() + seconds * 1000).toISOString();
}

/** Returns the SQL for the id of a file's most recent completed run, or of its most recent run if none has completed. */
export function fileRunIdSql(fileId: string): string {
  return `(select run.id from run where run.file_id = ${fileId}
    order by run.state = 'completed' desc, coalesce(run.finished_at, run.created_at) desc limit 1)`;
}

const selectColumns = (
  createdAt: string,
  updatedAt: string,
) => `file.id, file.pipeline, file.chain, file.selections, file.file_name, file.directory, file.tags,
  file.description, file.facts, file.state, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,
  file.input_sha256, ${createdAt} as created_at, ${updatedAt} as updated_at, ${fileExpirySql} as expires_at,
  ${fileRunIdSql('file.id')} as run_id`;

/** The columns of a finished file. */
export const fileColumns = selectColumns('file.created_at', 'file.updated_at');

/** The columns of a file in any state. If its processing has never completed, both times are the time of its reservation. */
const anyFileColumns = selectColumns(
  'coalesce(file.created_at, file.reserved_at)',
  'coalesce(file.updated_at, file.reserved_at)',
);

/** Returns a file in any state, unless the file has expired or is not visible. */
export async function findFile(db: Queryable, access: Access, fileId: string, now: Date): Promise<FileRow | undefined> {
  const params: unknown[] = [fileId, access.account, now];
  const { rows } = await db.query<FileRow>(
    `select ${anyFileColumns} from file
     where id = $1 and account_id = $2 and expires_at > $3 and ${visibleFileSql(access, params)}`,
    params,
  );
  return rows[0];
}

/** Returns the output of a finished file, unless the file has expired. */
export async function findOutput(db: Queryable, fileId: string, now: Date): Promise<FileOutput | undefined> {
  const { rows } = await db.query<FileOutput>(
    `select output_blob, output_extension, output_bytes, output_sha256 from file
     where id = $1 and state = 'ready' and expires_at > $2`,
    [fileId, now],
  );
  return rows[0];
}

/** Returns the key of a file's input blob, or `undefined` if the input is not kept or has not been uploaded. */
export async function findKeptInputBlob(db: Queryable, fileId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ input_blob: string | null }>(
    `select input_blob from file where id = $1 and keep_input`,
    [fileId],
  );
  return rows[0]?.input_blob ?? undefined;
}

/** Returns the ids of the files among `fileIds` that have a run that was started with another key or without a key. */
export async function findFilesProcessedByOtherKeys(
  db: Queryable,
  fileIds: readonly string[],
  keyId: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ file_id: string }>(
    'select distinct file_id from run where file_id = any($1) and key_id is distinct from $2',
    [fileIds, keyId],
  );
  return rows.map(({ file_id: fileId }) => fileId);
}
