import type { Json } from 'millrace/shared/types/json.js';
import type { Tag } from './match-keys.js';
import type { Queryable } from '../db/db.js';

/** A file as the protocol's listings show it. */
export interface FileRow {
  id: string;
  pipeline: string;
  chain: string[];
  selections: Record<string, { model: string; params: Record<string, Json> }>;
  file_name: string;
  directory: string;
  tags: Tag[];
  description: string;
  /** What each module said of its output, by label: `module_1`. */
  facts: Record<string, Record<string, Json>>;
  state: 'reserved' | 'processing' | 'ready' | 'failed';
  output_blob: string | null;
  output_extension: string | null;
  output_bytes: number | null;
  output_sha256: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
  run_id: string;
}

export const fileColumns = `file.id, file.pipeline, file.chain, file.selections, file.file_name, file.directory, file.tags,
  file.description, file.facts, file.state, file.output_blob, file.output_extension, file.output_bytes, file.output_sha256,
  file.created_at, file.updated_at, file.expires_at, (select run.id from run where run.file_id = file.id) as run_id`;

/** One file of an account, whatever its state, unless it has expired. */
export async function findFile(
  db: Queryable,
  accountId: string,
  fileId: string,
  now: Date,
): Promise<FileRow | undefined> {
  const { rows } = await db.query<FileRow>(
    `select ${fileColumns} from file where id = $1 and account_id = $2 and expires_at > $3`,
    [fileId, accountId, now],
  );
  return rows[0];
}
