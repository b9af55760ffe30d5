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
import { findFilesOfOthers, ofAnotherKey } from '../replaced-files.js';
import type { SentFile } from './read-files.js';

/** Error codes that are not the file's fault, so that the client can send the file again. */
const retryableCodes: ReadonlySet<string> = new Set(['too_many_runs', 'conflict', 'gone']);

type Accepted = Awaited<ReturnType<typeof reserveWithContent>>;
type Refusal = { readonly code: string; readonly message: string };

/** Accepts the files of a request, in as few transactions as possible. A refused file does not affect the others. */
export async function acceptFiles(
  http: HttpContext,
  access: Access,
  batch: BatchHead,
  files: readonly SentFile[],
): Promise<BatchItem[]> {
  const { limits, engine } = http;
  const replaced = files.flatMap(({ replaces }) => replaces ?? []);
  const others = await findFilesOfOthers(engine.db, access, replaced);
  const checked = files.map((file) => ({ file, refusal: refusalOf(file, limits, others) }));
  const wanted = checked.flatMap(({ file, refusal }) => (refusal ? [] : [file]));
  const blobs = await writeAll(http, wanted);
  // start all calls together, so that they share a transaction
  const accepted = await Promise.allSettled(
    wanted.map((file, i) => {
      const key = file.idempotencyKey ?? keyOf(batch.id, file.key);
      const request = toRequest(batch, file);
      return reserveWithContent(
        engine,
        access.account,
        request,
        { key, replacesFailed: false },
        blobs[i] as WrittenBlob,
      );
    }),
  );
  const outcomes = new Map(wanted.map((file, i) => [file, settle(accepted[i] as PromiseSettledResult<Accepted>)]));
  const items = checked.map(({ file, refusal }): BatchItem => {
    const outcome = refusal ?? (outcomes.get(file) as Refusal | Accepted);
    if ('code' in outcome) return { key: file.key, error: { code: outcome.code, message: outcome.message } };
    return { key: file.key, requestId: outcome.runId, fileId: outcome.fileId, isRepeated: !outcome.isNew };
  });
  await recordOutcomes(http, batch, items);
  return items;
}

async function writeAll({ engine: { blobs } }: HttpContext, files: readonly SentFile[]): Promise<WrittenBlob[]> {
  const written = await Promise.allSettled(files.map(({ content }) => blobs.put(content as Buffer)));
  const stored = written.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = written.find((each) => each.status === 'rejected');
  if (!failed) return stored;
  await Promise.all(stored.map(({ key }) => blobs.delete(key)));
  throw failed.reason;
}

/** @throws Any error that does not concern the file itself, such as an unavailable database. */
function settle(result: PromiseSettledResult<Accepted>): Accepted | Refusal {
  if (result.status === 'fulfilled') return result.value;
  if (result.reason instanceof EngineError) return result.reason;
  throw result.reason;
}

/** Records refused files as failures of the batch, and removes the failures of files that are now accepted. */
async function recordOutcomes({ engine: { db } }: HttpContext, batch: BatchHead, items: readonly BatchItem[]) {
  const refused = items.flatMap((item) => ('error' in item && !retryableCodes.has(item.error.code) ? [item] : []));
  await recordRefusals(db, batch, refused);
  const accepted = items.flatMap((item) => ('error' in item ? [] : [item.key]));
  if (batch.hasRefused && accepted.length > 0) await deleteRefusals(db, batch.id, accepted);
}

function toRequest({ id, pipeline, chain, defaults }: BatchHead, file: SentFile): ReservationRequest {
  const { directory, tags, description, expireSeconds, ...rest } = defaults as BatchDefaults;
  return {
    ...rest,
    pipeline,
    chain,
    fileName: nameOf(file),
    directory: file.symbolicDirectoryPath ?? directory,
    tags: file.fileTags ?? tags,
    description: file.fileDescription ?? description,
    expireSeconds: file.expireTime === undefined ? expireSeconds : file.expireTime,
    batch: id,
    ...(file.replaces != null && { replaces: file.replaces }),
    ...(file.syncRoot != null && { syncRoot: file.syncRoot }),
  };
}

function nameOf({ fileName, key }: SentFile): string {
  return fileName ?? key.split('/').at(-1) ?? key;
}

/** Returns a file's idempotency key within the account, as a digest, because the file's key can be longer than an index allows. */
function keyOf(batchId: string, key: string): string {
  return `batch ${batchId} ${createHash('sha256').update(key).digest('base64url')}`;
}

function refusalOf(file: SentFile, limits: Limits, others: ReadonlySet<string>): Refusal | undefined {
  if (file.error) return file.error;
  if (file.replaces != null && others.has(file.replaces)) return { code: 'forbidden', message: ofAnotherKey };
  if (file.content === 'too large') {
    const message = `Expected a file of at most ${limits.inlineBytes} bytes in a request with several; send it by itself, with the batch's id`;
    return { code: 'too_large', message };
  }
  if (!file.content || file.content.length === 0) {
    return { code: 'validation', message: 'Expected the file to have content, got an empty one' };
  }
  const root = file.syncRoot == null ? undefined : checkDirectoryPath(file.syncRoot, limits);
  const problem = root ?? metadataProblem({ ...file, fileName: nameOf(file) }, limits);
  return problem === undefined ? undefined : { code: 'validation', message: problem };
}

/** The fields that {@link metadataProblem} checks. */
type Metadata = Partial<
  Pick<SentFile, 'fileName' | 'symbolicDirectoryPath' | 'fileTags' | 'fileDescription' | 'expireTime'>
>;

/** Returns the first problem with a file's metadata, with the name of the field. */
export function metadataProblem(metadata: Metadata, limits: Limits): string | undefined {
  const { fileName, symbolicDirectoryPath, fileTags, fileDescription, expireTime } = metadata;
  const problems: Record<string, Problem | readonly Problem[]> = {
    fileName: fileName == null ? undefined : checkFileName(fileName, limits),
    symbolicDirectoryPath:
      symbolicDirectoryPath == null ? undefined : checkDirectoryPath(symbolicDirectoryPath, limits),
    fileTags: fileTags == null ? undefined : checkTags(fileTags, limits),
    fileDescription: fileDescription == null ? undefined : checkDescription(fileDescription, limits),
    expireTime: expireTime == null ? undefined : checkExpireTime(expireTime, limits),
  };
  for (const [name, found] of Object.entries(problems)) {
    const [first] = [found].flat().filter((problem) => problem !== undefined);
    if (first !== undefined) return `${name}: ${typeof first === 'string' ? first : first.message}`;
  }
  return undefined;
}

type Problem = string | { readonly message: string } | undefined;
