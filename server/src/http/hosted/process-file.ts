import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { inputExtensions } from 'millrace/shared/modules/formats.js';
import type { ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import type { WrittenBlob } from '../../blobs/blob-store.js';
import type { ReservationRequest } from '../../engine/hosted/reservation.js';
import { reserve, reserveWithContent } from '../../engine/hosted/reserve.js';
import { findVisibleRuns } from '../../store/tables/reported-runs.js';
import { ApiError } from '../api-error.js';
import { assertName } from '../authenticate.js';
import { chooseWebhook } from '../choose-webhook.js';
import type { HttpContext } from '../http-context.js';
import { checkMetadata, checkPipeline } from './check-arguments.js';
import { chooseModules } from './choose-modules.js';
import type { HostedCall } from './endpoint.js';
import { ok, type HostedResponse } from './response.js';

const defaultDirectory = '/etc';
const defaultExpireSeconds = 1800;

/**
 * `POST /krixik-core-process`: reserves a path for a file. If the request includes the content, the run starts. Otherwise, the
 * response contains an upload URL.
 */
export async function processFile(call: HostedCall<ProcessRequest>): Promise<HostedResponse> {
  const { http, access, body } = call;
  const chain = body.pipeline_ordered_modules;
  checkPipeline(body.pipeline, http.limits);
  assertName(access, body.pipeline);
  const selections = chooseModules(http.engine.modules, chain, body.modules);
  checkMetadata(body, http.limits);
  const chosen = body.webhook && chooseWebhook(http, { ...body.webhook, needsSecret: true }, 'BAD REQUEST: webhook: ');
  const webhook = chosen && { ...chosen, secret: http.secrets.seal(chosen.secret) };
  const first = http.engine.modules.find(chain[0] as string) as ModuleDefinition;
  // a parent that is not visible is ignored
  const [parent] = body.parent ? await findVisibleRuns(http.engine.db, access, [body.parent]) : [];
  const request: ReservationRequest = {
    pipeline: body.pipeline,
    chain,
    selections,
    fileName: body.file_name ?? generateName(inputExtensions[first.input][0] as string, call.idempotencyKey?.key),
    directory: body.symbolic_directory_path ?? defaultDirectory,
    tags: body.file_tags ?? [],
    description: body.file_description ?? '',
    expireSeconds: body.expire_time ?? defaultExpireSeconds,
    ...(webhook && { webhook }),
    ...(parent !== undefined && { parent }),
    ...((body.keep_input ?? http.settings.keepInput) && { keepInput: true }),
  };
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
    presigned_post_url_results: http.presigner.uploadForm(call.baseUrl, fileId),
  });
}

/** Stores a file sent as base64 in the request. @throws `ApiError` if the file is empty or too large; `DiskFullError`. */
async function storeContent({ engine, limits }: HttpContext, content: string): Promise<WrittenBlob> {
  const bytes = Buffer.from(content, 'base64');
  const maxBytes = limits.inlineBytes ?? 0;
  if (bytes.length > maxBytes) {
    const message = `BAD REQUEST: content: Expected at most ${maxBytes} bytes in the request itself, got ${bytes.length}; reserve without it, then upload`;
    throw new ApiError(413, 'too_large', message);
  }
  if (bytes.length === 0) {
    throw new ApiError(400, 'validation', 'BAD REQUEST: content: Expected the file to have content, got an empty one');
  }
  return engine.blobs.write(Readable.from([bytes]), { maxBytes, expectedBytes: bytes.length });
}

/** Returns the same name for the same idempotency key, so that a repeated request is recognized as the same request. */
function generateName(extension: string, idempotencyKey?: string): string {
  const bytes = idempotencyKey === undefined ? randomBytes(32) : createHash('sha256').update(idempotencyKey).digest();
  const letters = Array.from(bytes.subarray(0, 10), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return `krixik_generated_file_name_${letters}${extension}`;
}
