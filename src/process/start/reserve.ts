import { ApiError } from '../../errors/api-error.js';
import { callHosted, type PipelineContext } from '../../http/call-hosted.js';
import { toServerMetadata } from '../../options/metadata.js';
import { pickRequestOptions } from '../../options/request-options.js';
import { extensionOf } from '../../shared/rules/files/file-name.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import { buildProcessBody, type NewRun } from '../../shared/wire/bodies.js';
import type { ProcessResponse } from '../../shared/wire/hosted-responses.js';
import type { Limits } from '../../shared/types/limits.js';
import type { FileSource } from './file-source.js';
import { generateFileName } from './generated-name.js';
import { resolveSelections, pickExplicitSelections } from './selections.js';
import type { ServerDetails } from './server-details.js';
import { readSmallContent } from './small-content.js';

/** A run that the server has accepted, with the form for uploading its file if the server does not have the content yet. */
export interface Reservation extends ProcessResponse {
  readonly fileName: string;
  /** The content of a small file, otherwise `undefined`. If `content` is set and `form` is `null`, the server already has the content. */
  readonly content: Buffer | undefined;
}

/** The ids of a file that the server has accepted into a batch, and of its run. */
export type SentFile = Pick<ProcessResponse, 'requestId' | 'fileId'>;

/** Adds files to a batch on the server. Several small files can share a request. */
export interface BatchSender {
  /**
   * Continues an open batch or creates a new one, unless an earlier call has already done so.
   *
   * @param run A new batch takes its pipeline, options and parent from this run.
   * @returns The batch's id, or `undefined` if the request fails with an `ApiError` that is not retryable.
   * @throws Any other error from a request.
   */
  getOrCreateBatchId(run: NewRun): Promise<string | undefined>;
  /**
   * Sends a small file.
   *
   * @param label Describes the file in error messages.
   * @throws `ApiError` if the server rejects the file; any error from the request.
   */
  send(key: string, run: NewRun, content: Buffer, idempotencyKey: string, label: string): Promise<SentFile>;
}

/** A file's entry in a batch. */
export interface BatchEntry {
  /** Sends the batch's small files. `undefined` if the server does not support batches or was unreachable when the batch started. */
  readonly sender: BatchSender | undefined;
  /** Identifies the file within the batch. */
  readonly key: string;
  /** The id of the file that this file replaces. */
  readonly replaces?: string | undefined;
  /** The symbolic directory to which `client.sync` mirrors a folder. `undefined` for other calls. */
  readonly syncRoot?: string | undefined;
}

/**
 * Requests a run for a file. The request includes the content of a small file if the server supports this. The small files of a batch can
 * share requests.
 */
export async function reserveRun(
  context: PipelineContext,
  source: FileSource,
  server: ServerDetails,
  options: ProcessOptions,
  idempotencyKey: string,
  batchEntry: BatchEntry | undefined,
): Promise<Reservation> {
  const requestOptions = pickRequestOptions(options);
  const parent = server.kind === 'millrace' ? await context.connection.findParent?.() : undefined;
  const runWithoutBatch = {
    ...buildNewRun(context, source, server, options, idempotencyKey),
    parent: parent?.id,
    replaces: batchEntry?.replaces,
    syncRoot: batchEntry?.syncRoot,
  };
  const content = await readSmallContent(context.connection, source, server.limits.inlineBytes, requestOptions);
  const run = { ...runWithoutBatch, batch: await batchEntry?.sender?.getOrCreateBatchId(runWithoutBatch) };
  const requestRun = (content: Buffer | undefined): Promise<ProcessResponse> =>
    callHosted(
      context,
      {
        action: `process ${source.label} in pipeline '${context.name}'`,
        path: '/krixik-core-process',
        json: buildProcessBody({ ...run, content }),
        // the hosted service does not support idempotency keys, so a retry could process the file twice
        retryPolicy: server.kind === 'millrace' ? 'always' : 'if-not-received',
        idempotencyKey,
        mayReplaceFailedRun: server.kind === 'millrace',
      },
      requestOptions,
      (hosted) => hosted.processResponse,
    );
  const sendContent = async (content: Buffer): Promise<ProcessResponse> => {
    if (!batchEntry?.sender || run.batch === undefined) return requestRun(content);
    const sent = await batchEntry.sender.send(batchEntry.key, run, content, idempotencyKey, source.label);
    return { ...sent, warnings: [], form: null };
  };
  const response = await (content ? sendContent(content) : requestRun(undefined)).catch((error: unknown) => {
    // the server may reject content as too large even if it is within `inlineBytes`, so upload the file separately
    if (content && error instanceof ApiError && error.serverCode === 'too_large') return requestRun(undefined);
    throw error;
  });
  parent?.recordChild(response.requestId);
  return { ...response, fileName: run.fileName, content };
}

function buildNewRun(
  { name, chain, keepInput }: PipelineContext,
  source: FileSource,
  { kind, limits, find, usesServerModules }: ServerDetails,
  options: ProcessOptions,
  idempotencyKey: string,
): NewRun {
  const metadata = toServerMetadata(options, limits);
  const localName = source.localName ?? '';
  return {
    pipeline: name,
    chain,
    outputKeys: chain.map((module) => find(module)?.outputKey ?? null),
    selections:
      kind === 'millrace' && !usesServerModules
        ? pickExplicitSelections(chain, options.modules)
        : resolveSelections(chain, options.modules, find),
    fileName: metadata.fileName ?? generateFileName(localName, extensionOf(localName), limits, idempotencyKey),
    directory: metadata.directory ?? '/etc',
    tags: metadata.tags ?? [],
    description: metadata.description ?? '',
    expireTime: metadata.expireTime === undefined ? getDefaultExpireTime(limits) : metadata.expireTime,
    webhook: options.webhook,
    keepInput: kind === 'millrace' ? (options.keepInput ?? keepInput) : undefined,
  };
}

function getDefaultExpireTime({ expireTime: { min, max } }: Limits): number {
  return Math.min(Math.max(1800, min), max);
}
