import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Issues } from '../../options/issues.js';
import { checkMetadata, readMetadata } from '../../options/metadata.js';
import { pickRequestOptions } from '../../options/request-options.js';
import { checkSelections, completeSelections, namedSelections, type Find } from './selections.js';
import { checkContent } from './check-content.js';
import { ApiError } from '../../errors/api-error.js';
import { ResponseShapeError } from '../../errors/response-shape-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import { openSource, type FileSource } from './file-source.js';
import { generateFileName } from './generated-name.js';
import { uploadResumably } from '../../http/transfer/resumable-upload.js';
import { upload } from '../../http/transfer/upload.js';
import { findModule, type ModuleDefinition } from '../../shared/modules/catalogue.js';
import { checkExtension, extensionOf } from '../../shared/rules/extension.js';
import { checkFileSize, checkSummarizeSize } from '../../shared/rules/file-size.js';
import { looseLimits } from '../../shared/rules/loose-limits.js';
import { checkPipelineName } from '../../shared/rules/pipeline-name.js';
import type { RequestOptions } from '../../shared/types/client-options.js';
import type { FileInput } from '../../shared/types/file-input.js';
import type { Limits } from '../../shared/types/limits.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { processBody } from '../../shared/wire/bodies.js';
import type { ProcessResponse } from '../../shared/wire/hosted-responses.js';
import { inputExtensionsOf } from '../../shared/modules/first-module.js';
import { hostedCall } from '../../http/hosted-call.js';
import { findKnownModules } from './known-modules.js';
import type { PipelineContext } from '../../http/pipeline-context.js';
import { removeReservation } from './remove-reservation.js';
import { readSmallContent } from './small-content.js';

/** A run that has all it needs to go on without us. */
export interface StartedRun {
  readonly requestId: string;
  readonly fileId: string;
  readonly warnings: string[];
  /** The file as the caller knows it, for messages. */
  readonly label: string;
  readonly size: number | undefined;
}

/** Checks what only the server knows the numbers of, reserves a place and uploads the file to it; a small one goes along with the request. */
export async function startRun(
  context: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
): Promise<StartedRun> {
  const request = pickRequestOptions(options);
  const { limits, kind } = await context.connection.server(request);
  if (options.webhook && kind !== 'millrace') throw noWebhooks(context);
  const find = await findKnownModules(context, options.modules, request);
  await checkLimits(context, source, options, find, request);
  const metadata = readMetadata(options, limits);
  const extension = extensionOf(metadata.fileName ?? source.localName ?? '');
  const idempotencyKey = options.idempotencyKey ?? randomUUID();
  const fileName = metadata.fileName ?? generateFileName(source.localName ?? '', extension, limits, idempotencyKey);
  const run = {
    pipeline: context.name,
    chain: context.chain,
    outputKeys: context.chain.map((name) => find(name)?.outputKey ?? null),
    selections:
      kind === 'millrace' && find === findModule
        ? namedSelections(context.chain, options.modules)
        : completeSelections(context.chain, options.modules, find),
    fileName,
    directory: metadata.directory ?? '/etc',
    tags: metadata.tags ?? [],
    description: metadata.description ?? '',
    expireTime: metadata.expireTime ?? Math.min(Math.max(1800, limits.expireTime.min), limits.expireTime.max),
    webhook: options.webhook,
  };
  const content = await readSmallContent(context.connection, source, request);
  const what = `process ${source.label} in pipeline '${context.name}'`;
  const reserve = (content: Buffer | undefined): Promise<ProcessResponse> =>
    hostedCall(
      context,
      {
        what,
        path: '/krixik-core-process',
        json: processBody({ ...run, content }),
        // a server that does not announce the key would run the file twice
        repeat: kind === 'millrace' ? 'always' : 'never-arrived',
        idempotencyKey,
      },
      request,
      (hosted) => hosted.processResponse,
    );
  const reserved = await reserve(content).catch((error: unknown) => {
    // the server takes less than it did when it was asked
    if (content && error instanceof ApiError && error.serverCode === 'too_large') return reserve(undefined);
    throw error;
  });
  const body = content ? { ...source, repeatable: true, open: () => Readable.from([content]) } : source;
  const sent = content && !reserved.form ? content.length : await send(context, body, fileName, reserved, options);
  options.onUploadProgress?.({ loaded: sent, total: sent });
  const { requestId, fileId, warnings } = reserved;
  return { requestId, fileId, warnings, label: source.label, size: source.size };
}

function noWebhooks({ connection }: PipelineContext): ValidationError {
  const { origin } = new URL(connection.apiUrl);
  const message = `webhook: Expected a server that sends webhooks, got ${origin}, which speaks the hosted protocol only. Wait for the run instead.`;
  return new ValidationError([{ path: ['webhook'], message }]);
}

/** The rules of the shape: no server is needed to see what breaks them. The options' names are checked already. */
export async function openChecked(
  context: PipelineContext,
  file: FileInput,
  options: ProcessOptions,
): Promise<FileSource> {
  const issues = new Issues();
  const extensions = inputExtensionsOf(context.chain);
  checkMetadata(options, looseLimits, extensions, issues);
  checkSelections(context.chain, options.modules, findModule, looseLimits, issues, false);
  issues.throwIfAny();
  options.signal?.throwIfAborted();
  const source = await openSource(file);
  const given = readMetadata(options, looseLimits).fileName;
  const { localName } = source;
  if (given === undefined && localName === undefined) {
    issues.add(
      ['fileName'],
      `Expected a fileName, because there is no name in ${source.label} to take the type from, got none`,
    );
  } else if (given === undefined && localName !== undefined && extensions) {
    issues.add(['file'], checkExtension(localName, extensions));
  } else if (given !== undefined && localName !== undefined && extensionOf(given) !== extensionOf(localName)) {
    const message = `Expected a file name that ends in '${extensionOf(localName)}' like ${source.label}, got '${given}'`;
    issues.add(['fileName'], message);
  }
  issues.throwIfAny();
  return source;
}

/** The rules whose numbers are the server's. */
async function checkLimits(
  { connection, chain, name }: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
  find: Find,
  request: RequestOptions,
): Promise<void> {
  const { limits } = await connection.server(request);
  const issues = new Issues();
  const first = find(chain[0] ?? '');
  issues.add(['name'], checkPipelineName(name, limits));
  checkMetadata(options, limits, undefined, issues);
  checkSelections(chain, options.modules, find, limits, issues, true);
  if (first) {
    const fileName = readMetadata(options, limits).fileName ?? source.localName ?? '';
    const wrong =
      checkExtension(fileName, limits.extensions[first.input]) ??
      checkSize(source.size, fileName, first, limits) ??
      (await checkContent(source, fileName, first, limits));
    issues.add(['file'], wrong);
  }
  issues.throwIfAny();
  request.signal?.throwIfAborted();
}

function checkSize(
  size: number | undefined,
  fileName: string,
  first: ModuleDefinition,
  limits: Limits,
): string | undefined {
  if (size === undefined) return undefined;
  const isShort = first.name === 'summarize' && extensionOf(fileName) === '.txt';
  return checkFileSize(size, first.input, limits) ?? (isShort ? checkSummarizeSize(size, limits) : undefined);
}

/** Gives the number of bytes. An upload that fails leaves no reservation behind, unless it may have arrived all the same: what is complete is never deleted. */
async function send(
  context: PipelineContext,
  source: FileSource,
  fileName: string,
  { fileId, form }: ProcessResponse,
  options: ProcessOptions,
): Promise<number> {
  if (!form)
    throw new ResponseShapeError(`Could not upload ${source.label}: the server did not say where to.`, undefined);
  let sent = source.size ?? 0;
  const doubt = { mayHaveArrived: false };
  try {
    const { limits } = await context.connection.server(pickRequestOptions(options));
    const { size, seek } = source;
    const uploadOptions = {
      ...pickRequestOptions(options),
      onProgress: options.onUploadProgress,
      onDoubt: () => {
        doubt.mayHaveArrived = true;
      },
      onSent: (bytes: number) => {
        sent = bytes;
      },
    };
    if (seek && size !== undefined && limits.resumableBytes !== null && size >= limits.resumableBytes) {
      await uploadResumably(context.connection, form, { ...source, ...seek, size }, uploadOptions);
    } else await upload(context.connection, form, source, fileName, uploadOptions);
    return sent;
  } catch (error) {
    // a key of the caller's own may stand for a run that was complete before
    if (!doubt.mayHaveArrived && options.idempotencyKey === undefined) {
      const removed = removeReservation(context, fileId);
      // who aborts does not wait
      if (options.signal?.aborted !== true) await removed;
    }
    throw error;
  }
}

/** The checks of `process()` without its work. */
export async function testInput(
  context: PipelineContext,
  file: FileInput,
  options: RequestOptions & { fileName?: string | undefined },
): Promise<void> {
  const request = pickRequestOptions(options);
  const source = await openChecked(context, file, options);
  const find = await findKnownModules(context, undefined, request);
  await checkLimits(context, source, options, find, request);
}
