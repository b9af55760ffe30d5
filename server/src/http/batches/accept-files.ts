import { createHash } from 'node:crypto';
import type { BatchItem } from 'millrace/shared/runs/batch-status.js';
import { checkExpireTime } from 'millrace/shared/rules/arguments.js';
import { checkDirectoryPath } from 'millrace/shared/rules/files/directory-path.js';
import { checkFileName } from 'millrace/shared/rules/files/file-name.js';
import { checkDescription } from 'millrace/shared/rules/free-text.js';
import { checkTags } from 'millrace/shared/rules/tags.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { BatchDefaults } from '../../engine/batches/create-batch.js';
import { EngineError } from '../../engine/engine-error.js';
import type { ReservationRequest } from '../../engine/hosted/reservation.js';
import { reserveWithContent } from '../../engine/hosted/reserve.js';
import type { Access } from '../../store/tables/access.js';
import { deleteRefusals, recordRefusals, type BatchHead } from '../../store/tables/batches/batches.js';
import type { HttpContext } from '../http-context.js';
import { findFileIdsOfOtherKeys, otherKeysFileMessage } from '../replaced-files.js';
import type { SentFile } from './read-files.js';

/**
 * The codes of the server's rejections that are not recorded, because the file itself is valid. The client can send the file again,
 * although after some of these rejections only with another idempotency key or in another batch.
 */
const unrecordedCodes: ReadonlySet<string> = new Set(['too_large', 'too_many_runs', 'conflict', 'gone']);

type Accepted = Awaited<ReturnType<typeof reserveWithContent>>;
type Rejection = { readonly code: string; readonly message: string };

/**
 * Accepts the files of a request in as few transactions as possible. A rejected file does not affect the other files.
 *
 * @returns The outcome for each file, in the same order.
 */
export async function acceptFiles(
  http: HttpContext,
  access: Access,
  batch: BatchHead,
  files: readonly SentFile[],
): Promise<BatchItem[]> {
  const { limits, engine } = http;
  const replacedFileIds = files.flatMap(({ replaces }) => replaces ?? []);
  const fileIdsOfOtherApiKeys = await findFileIdsOfOtherKeys(engine.db, access, replacedFileIds);
  const checked = files.map((file) => ({ file, rejection: findRejection(file, limits, fileIdsOfOtherApiKeys) }));
  const acceptable = checked.flatMap(({ file, rejection }) => (rejection ? [] : [file]));
  const blobs = await writeBlobs(http, acceptable);
  // start all calls together, so that they share a transaction
  const accepted = await Promise.allSettled(
    acceptable.map((file, i) => {
      const key = file.idempotencyKey ?? createIdempotencyKey(batch.id, file.key);
      const request = toRequest(batch, file);
      return reserveWithContent(
        engine,
        access.account,
        request,
        { key, shouldReplaceFailed: false },
        blobs[i] as WrittenBlob,
      );
    }),
  );
  const outcomes = new Map(
    acceptable.map((file, i) => [file, toOutcome(accepted[i] as PromiseSettledResult<Accepted>)]),
  );
  const items = checked.map(({ file, rejection }): BatchItem => {
    const outcome = rejection ?? (outcomes.get(file) as Rejection | Accepted);
    if ('code' in outcome) return { key: file.key, error: { code: outcome.code, message: outcome.message } };
    return { key: file.key, requestId: outcome.runId, fileId: outcome.fileId, isRepeated: !outcome.isNew };
  });
  await recordOutcomes(http, batch, files, items);
  return items;
}

async function writeBlobs({ engine: { blobs } }: HttpContext, files: readonly SentFile[]): Promise<WrittenBlob[]> {
  const written = await Promise.allSettled(files.map(({ content }) => blobs.put(content as Buffer)));
  const stored = written.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = written.find((result) => result.status === 'rejected');
  if (!failed) return stored;
  await Promise.all(stored.map(({ key }) => blobs.delete(key)));
  throw failed.reason;
}

/** @throws Any error other than an `EngineError`, for example because the database is unavailable. */
function toOutcome(result: PromiseSettledResult<Accepted>): Accepted | Rejection {
  if (result.status === 'fulfilled') return result.value;
  if (result.reason instanceof EngineError) return result.reason;
  throw result.reason;
}

/**
 * Records files as failures of the batch if the client reports an error, or if the server rejects them with a code that is not among
 * {@link unrecordedCodes}. Deletes the failures of files that were sent again and accepted.
 */
async function recordOutcomes(
  { engine: { db } }: HttpContext,
  batch: BatchHead,
  files: readonly SentFile[],
  items: readonly BatchItem[],
) {
  const rejected = items.flatMap((item, i) =>
    'error' in item && (files[i]?.error || !unrecordedCodes.has(item.error.code)) ? [item] : [],
  );
  await recordRefusals(db, batch, rejected);
  const accepted = items.flatMap((item) => ('error' in item ? [] : [item.key]));
  if (batch.hasRefusals && accepted.length > 0) await deleteRefusals(db, batch.id, accepted);
}

function toRequest({ id, pipeline, chain, defaults }: BatchHead, file: SentFile): ReservationRequest {
  const { directory, tags, description, expireSeconds, ...rest } = defaults as BatchDefaults;
  return {
    ...rest,
    pipeline,
    chain,
    fileName: getFileName(file),
    directory: file.symbolicDirectoryPath ?? directory,
    tags: file.fileTags ?? tags,
    description: file.fileDescription ?? description,
    expireSeconds: file.expireTime === undefined ? expireSeconds : file.expireTime,
    batch: id,
    ...(file.replaces != null && { replaces: file.replaces }),
    ...(file.syncRoot != null && { syncRoot: file.syncRoot }),
  };
}

function getFileName({ fileName, key }: SentFile): string {
  return fileName ?? key.split('/').at(-1) ?? key;
}

/** Returns an idempotency key for a file of a batch. Hashes the file's key, which may be too long for a database index. */
function createIdempotencyKey(batchId: string, key: string): string {
  return `batch ${batchId} ${createHash('sha256').update(key).digest('base64url')}`;
}

/**
 * Checks a file before it is stored. Returns the reason to reject it, such as the client's own error, or `undefined` if the file is
 * acceptable.
 */
function findRejection(
  file: SentFile,
  limits: Limits,
  fileIdsOfOtherApiKeys: ReadonlySet<string>,
): Rejection | undefined {
  if (file.error) return file.error;
  if (file.replaces != null && fileIdsOfOtherApiKeys.has(file.replaces))
    return { code: 'forbidden', message: otherKeysFileMessage };
  if (file.content === 'too large') {
    const message = `Expected each file in the request to have at most ${limits.inlineBytes} bytes, got a larger file. To add it to the batch, send it with POST /krixik-core-process and the batch's id in the field \`batch\`.`;
    return { code: 'too_large', message };
  }
  if (!file.content || file.content.length === 0) {
    return { code: 'validation', message: 'Expected the file to have content, got an empty file' };
  }
  const syncRootProblem = file.syncRoot == null ? undefined : checkDirectoryPath(file.syncRoot, limits);
  const problem = syncRootProblem ?? findMetadataProblem({ ...file, fileName: getFileName(file) }, limits);
  return problem === undefined ? undefined : { code: 'validation', message: problem };
}

/** The fields that {@link findMetadataProblem} checks. */
type Metadata = Partial<
  Pick<SentFile, 'fileName' | 'symbolicDirectoryPath' | 'fileTags' | 'fileDescription' | 'expireTime'>
>;

/**
 * Returns the first problem with the metadata of a file or with a batch's defaults, prefixed with the name of the field. Returns
 * `undefined` for valid metadata.
 */
export function findMetadataProblem(metadata: Metadata, limits: Limits): string | undefined {
  const { fileName, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = metadata;
  const problems: Record<string, Problem | readonly Problem[]> = {
    fileName: fileName == null ? undefined : checkFileName(fileName, limits),
    symbolicDirectoryPath:
      symbolicDirectoryPath == null ? undefined : checkDirectoryPath(symbolicDirectoryPath, limits),
    fileTags: fileTags == null ? undefined : checkTags(fileTags, limits),
    fileDescription: fileDescription == null ? undefined : checkDescription(fileDescription, limits),
    expireTime: expireTime == null ? undefined : checkExpireTime(expireTime, limits),
  };
  for (const [name, fieldProblems] of Object.entries(problems)) {
    const [first] = [fieldProblems].flat().filter((problem) => problem !== undefined);
    if (first !== undefined) return `${name}: ${typeof first === 'string' ? first : first.message}`;
  }
  return undefined;
}

type Problem = string | { readonly message: string } | undefined;
