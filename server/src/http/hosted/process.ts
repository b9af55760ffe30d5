import { createHash, randomBytes } from 'node:crypto';
import { inputExtensions } from 'millrace/shared/modules/formats.js';
import type { ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import { reserve, reserveWithContent, type ReservationRequest } from '../../engine/hosted/reserve.js';
import { ok, type HostedResponse } from './response.js';
import { storeContent } from '../store-content.js';
import { chooseWebhook } from '../choose-webhook.js';
import { checkMetadata, checkPipeline } from './check-arguments.js';
import { chooseModules } from './choose-modules.js';
import type { HostedCall } from './endpoint.js';

const defaultDirectory = '/etc';
const defaultExpireSeconds = 1800;

/** `POST /krixik-core-process`: reserves a path and says where to upload the file to, unless that came along with the request. */
export async function process(call: HostedCall<ProcessRequest>): Promise<HostedResponse> {
  const { http, account, body } = call;
  const chain = body.pipeline_ordered_modules;
  checkPipeline(body.pipeline, http.limits);
  const selections = chooseModules(http.engine.modules, chain, body.modules);
  checkMetadata(body, http.limits);
  const chosen = body.webhook && chooseWebhook(http, { ...body.webhook, needsSecret: true }, 'BAD REQUEST: webhook: ');
  const webhook = chosen && { ...chosen, secret: http.secrets.seal(chosen.secret) };
  const first = http.engine.modules.find(chain[0] as string) as ModuleDefinition;
  const request: ReservationRequest = {
    pipeline: body.pipeline,
    chain,
    selections,
    fileName: body.file_name ?? generatedName(inputExtensions[first.input][0] as string, call.idempotencyKey),
    directory: body.symbolic_directory_path ?? defaultDirectory,
    tags: body.file_tags ?? [],
    description: body.file_description ?? '',
    expireSeconds: body.expire_time ?? defaultExpireSeconds,
    ...(webhook && { webhook }),
  };
  if (typeof body.content === 'string') {
    const blob = await storeContent(http, body.content);
    const { fileId, runId } = await reserveWithContent(http.engine, account.id, request, call.idempotencyKey, blob);
    const message = 'SUCCESS: file received';
    return ok({ request_id: runId, file_id: fileId, message, warnings: [], presigned_post_url_results: null });
  }
  const { fileId, runId } = await reserve(http.engine, account.id, request, call.idempotencyKey);
  return ok({
    request_id: runId,
    file_id: fileId,
    message: 'SUCCESS: upload slot reserved',
    warnings: [],
    presigned_post_url_results: http.presigner.uploadForm(call.baseUrl, fileId),
  });
}

/** The same one for the same key: a request that is sent again must not become another one by its name. */
function generatedName(extension: string, idempotencyKey?: string): string {
  const bytes = idempotencyKey === undefined ? randomBytes(32) : createHash('sha256').update(idempotencyKey).digest();
  const letters = Array.from(bytes.subarray(0, 10), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return `krixik_generated_file_name_${letters}${extension}`;
}
