import { createHash, randomBytes } from 'node:crypto';
import { inputExtensionsByFormat } from 'millrace/shared/modules/formats.js';
import type { ModuleDefinition } from 'millrace/shared/modules/module-definition.js';
import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import { chainKey, type ReservationRequest } from '../../engine/hosted/reservation.js';
import { assertOwnBatch } from '../../engine/batches/end-batch.js';
import { EngineError } from '../../engine/engine-error.js';
import { reserve, reserveWithContent } from '../../engine/hosted/reserve.js';
import type { Access } from '../../store/tables/access.js';
import { findBatchHead } from '../../store/tables/batches/batches.js';
import { findVisibleRuns } from '../../store/tables/reported-runs.js';
import { ApiError } from '../api-error.js';
import { assertNameAllowed } from '../authenticate.js';
import { resolveWebhook } from '../resolve-webhook.js';
import type { HttpContext } from '../http-context.js';
import { assertReplaceable } from '../replaced-files.js';
import { assertMetadata, assertPipelineName } from './check-arguments.js';
import { resolveModules } from './resolve-modules.js';
import type { HostedCall } from './endpoint.js';
import { ok, type HostedResponse } from './response.js';

const defaultDirectory = '/etc';
const defaultExpireSeconds = 1800;

/**
 * `POST /krixik-core-process`: reserves a symbolic path for a file. If the request includes the file's content, queues the run.
 * Otherwise, returns a presigned form for the upload.
 */
export async function processFile(call: HostedCall<ProcessRequest>): Promise<HostedResponse> {
  const { http, access, body } = call;
  const chain = body.pipeline_ordered_modules;
  assertPipelineName(body.pipeline, http.limits);
  assertNameAllowed(access, body.pipeline);
  const selections = resolveModules(http.engine.modules, chain, body.modules);
  assertMetadata(body, http.limits);
  const plainWebhook =
    body.webhook && resolveWebhook(http, { ...body.webhook, needsSecret: true }, 'BAD REQUEST: webhook: ');
  const webhook = plainWebhook && { ...plainWebhook, secret: http.secrets.seal(plainWebhook.secret) };
  const firstModule = http.engine.modules.find(chain[0] as string) as ModuleDefinition;
  // ignore a parent run that is not visible to the API key
  const [parent] = body.parent ? await findVisibleRuns(http.engine.db, access, [body.parent]) : [];
  const batch = body.batch == null ? undefined : await checkBatch(http, access, body.batch, body.pipeline, chain);
  const request: ReservationRequest = {
    pipeline: body.pipeline,
    chain,
    selections,
    fileName:
      body.file_name ??
      generateFileName(inputExtensionsByFormat[firstModule.input][0] as string, call.idempotencyKey?.key),
    directory: body.symbolic_directory_path ?? defaultDirectory,
    tags: body.file_tags ?? [],
    description: body.file_description ?? '',
    expireSeconds: body.never_expires ? null : (body.expire_time ?? defaultExpireSeconds),
    ...(webhook && { webhook }),
    ...(parent !== undefined && { parent }),
    ...(batch !== undefined && { batch }),
    ...(body.replaces != null && { replaces: body.replaces }),
    ...(body.sync_root != null && { syncRoot: body.sync_root }),
    ...((body.keep_input ?? http.settings.keepInput) && { keepInput: true }),
  };
  await assertReplaceable(http.engine.db, access, request.replaces === undefined ? [] : [request.replaces]);
  if (typeof body.content === 'string') {
    const blob = await storeContent(http, body.content);
    const { fileId, runId } = await reserveWithContent(http.engine, access.account, request, call.idempotencyKey, blob);
    const message = 'SUCCESS: file received';
    return ok({ request_id: runId, file_id: fileId, message, warnings: [], presigned_post_url_results: null });
  }
  const { fileId, runId } = await reserve(http.engine, access.account, request, call.idempotencyKey);
  return ok({
    request_id: runId,
    file_id: fileId,
    message: 'SUCCESS: upload slot reserved',
    warnings: [],
    presigned_post_url_results: http.presigner.createUploadForm(call.baseUrl, fileId),
  });
}

/**
 * Checks that a request may add a file to a batch. Does not check that the batch is open: that is checked when the path is reserved.
 *
 * @returns The batch's id.
 * @throws `EngineError` if the batch does not exist, may not be changed with the API key, or is for another pipeline or chain.
 */
async function checkBatch(
  { engine }: HttpContext,
  access: Access,
  id: string,
  pipeline: string,
  chain: readonly string[],
): Promise<string> {
  const batch = await findBatchHead(engine.db, access, id);
  if (!batch) throw new EngineError('not_found', `BAD REQUEST: there is no batch ${id}`);
  assertOwnBatch(access, batch);
  if (batch.pipeline === pipeline && chainKey(batch.chain) === chainKey(chain)) return id;
  throw new EngineError('conflict', `BAD REQUEST: batch ${id} is for another pipeline or chain; create a new batch`);
}

/** Decodes a request's base64 content and stores it as a blob. @throws `ApiError` if the content is empty or too large. */
async function storeContent({ engine, limits }: HttpContext, content: string): Promise<WrittenBlob> {
  const bytes = Buffer.from(content, 'base64');
  const maxBytes = limits.inlineBytes ?? 0;
  if (bytes.length > maxBytes) {
    const message = `BAD REQUEST: content: Expected at most ${maxBytes} bytes of content in the request, got ${bytes.length}; send the request without content, then upload the file`;
    throw new ApiError(413, 'too_large', message);
  }
  if (bytes.length === 0) {
    throw new ApiError(400, 'validation', 'BAD REQUEST: content: Expected the file to have content, got an empty file');
  }
  return engine.blobs.put(bytes);
}

/**
 * Generates a file name. The name is random unless the request has an idempotency key. The same key always results in the same name,
 * because the engine would reject a repeated request with a different name.
 */
function generateFileName(extension: string, idempotencyKey?: string): string {
  const bytes = idempotencyKey === undefined ? randomBytes(32) : createHash('sha256').update(idempotencyKey).digest();
  const letters = Array.from(bytes.subarray(0, 10), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return `krixik_generated_file_name_${letters}${extension}`;
}
