import type { FileEntry, FoundFile } from 'millrace/shared/types/files/file-lookup.js';
import { joinFilePath, splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import type { Queryable } from '../../db/db.js';
import type { Access } from '../access.js';
import { fileExpirySql, fileRunIdSql } from './files.js';

/** The files to look up, and the chain, models and parameters to compare with those of each stored file. */
interface Lookup {
  readonly pipeline: string;
  readonly chainKey: string;
  /** The model and parameters for each module, by the module's key, such as `module_1`. */
  readonly selections: object;
  readonly files: readonly { readonly path: string; readonly sha256?: string | null | undefined }[];
}

interface FoundRow {
  /** The 1-based position of the path in the lookup. */
  readonly position: number;
  readonly fileId: string;
  readonly requestId: string;
  readonly state: 'reserved' | 'processing' | 'ready';
  readonly inputSha256: string | null;
  readonly isSame: boolean;
  readonly syncRoot: string | null;
  readonly expiresAt: Date | null;
  /** Whether the file will replace another one when it is ready. */
  readonly isReplacement: boolean;
  readonly output: FoundFile['output'];
}

/**
 * Returns the newest file at each path, or `null` for a path without a file. A file that will replace another counts as the newer of the
 * two. Failed and expired files are ignored.
 *
 * @param reservedBefore Reservations made at or before this time are considered abandoned and are ignored.
 */
export async function findFilesAtPaths(
  db: Queryable,
  { account }: Access,
  { pipeline, chainKey, selections, files }: Lookup,
  now: Date,
  reservedBefore: Date,
): Promise<(FoundFile | null)[]> {
  const paths = files.map(({ path }) => splitFilePath(path));
  // each select repeats the condition of the partial index that it uses
  const selectAtPath = (nullTest: 'null' | 'not null') =>
    `select *, replaces_id is not null as is_replacement from file where account_id = $1 and pipeline = $2 and state <> 'failed'
       and replaces_id is ${nullTest} and directory_key = wanted.directory_key and name_key = wanted.name_key`;
  const { rows } = await db.query<FoundRow>(
    `select position, file.id as "fileId", ${fileRunIdSql('file.id')} as "requestId", state, input_sha256 as "inputSha256",
       coalesce(state <> 'reserved' and input_sha256 = wanted.sha256 and chain_key = $6 and selections = $7::jsonb, false) as "isSame",
       sync_root as "syncRoot", ${fileExpirySql} as "expiresAt", is_replacement as "isReplacement",
       case when state = 'ready' then json_build_object('fileId', file.id, 'extension', output_extension, 'bytes', output_bytes,
         'sha256', output_sha256) end as output
     from unnest($3::text[], $4::text[], $5::text[]) with ordinality wanted (directory_key, name_key, sha256, position)
     cross join lateral (${selectAtPath('null')} union all ${selectAtPath('not null')}) file
     where expires_at > $8 and not (state = 'reserved' and reserved_at <= $9)`,
    [
      account,
      pipeline,
      paths.map(({ directory }) => foldName(directory)),
      paths.map(({ fileName }) => foldName(fileName)),
      files.map(({ sha256 }) => sha256 ?? null),
      chainKey,
      JSON.stringify(selections),
      now,
      reservedBefore,
    ],
  );
  const currentByPosition = new Map(
    rows.filter(({ isReplacement }) => !isReplacement).map((row) => [row.position, row]),
  );
  const nextByPosition = new Map(rows.filter(({ isReplacement }) => isReplacement).map((row) => [row.position, row]));
  return files.map((_, i) => {
    const current = currentByPosition.get(i + 1);
    const newest = nextByPosition.get(i + 1) ?? current;
    return newest ? toFoundFile(newest, current) : null;
  });
}

function toFoundFile(newest: FoundRow, current: FoundRow | undefined): FoundFile {
  const { fileId, requestId, state, inputSha256, isSame, syncRoot, expiresAt } = newest;
  return {
    fileId,
    requestId,
    state: state === 'reserved' ? 'uploading' : state,
    inputSha256,
    isSame,
    syncRoot,
    expiresAt: expiresAt?.toISOString() ?? null,
    output: current?.output ?? null,
  };
}

interface EntryFilter {
  readonly pipeline: string;
  readonly directory: string;
  readonly limit: number;
  /** The position of the previous page's last file. */
  readonly after?: Position | undefined;
}

interface Position {
  readonly createdAt: string;
  readonly id: string;
}

interface EntryRow {
  readonly id: string;
  readonly directory: string;
  readonly file_name: string;
  readonly input_sha256: string | null;
  readonly sync_root: string | null;
  readonly expires_at: Date | null;
  readonly position: string;
}

/** Returns a page of the finished files in and below a symbolic directory, newest first. */
export async function listFileEntries(
  db: Queryable,
  { account }: Access,
  { pipeline, directory, limit, after }: EntryFilter,
  now: Date,
): Promise<{ items: FileEntry[]; next: Position | undefined }> {
  const params: unknown[] = [account, pipeline, now, limit + 1];
  const bind = (value: unknown) => `$${params.push(value)}`;
  const below = directory === '/' ? '' : `and starts_with(directory_key || '/', ${bind(`${foldName(directory)}/`)})`;
  const afterLast = after
    ? `and created_at <= ${bind(after.createdAt)}::timestamptz
       and (created_at < $${params.length}::timestamptz or id > ${bind(after.id)}::uuid)`
    : '';
  const { rows } = await db.query<EntryRow>(
    `select id, directory, file_name, input_sha256, sync_root, ${fileExpirySql} as expires_at, created_at::text as position
     from file where account_id = $1 and pipeline = $2 and state = 'ready' and expires_at > $3 ${below} ${afterLast}
     order by created_at desc, id limit $4`,
    params,
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map((row) => ({
      fileId: row.id,
      symbolicFilePath: joinFilePath(row.directory, row.file_name),
      inputSha256: row.input_sha256,
      syncRoot: row.sync_root,
      expiresAt: row.expires_at?.toISOString() ?? null,
    })),
    next: last && { createdAt: last.position, id: last.id },
  };
}
