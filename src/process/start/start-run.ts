import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pickRequestOptions } from '../../options/request-options.js';
import { readMetadata } from '../../options/metadata.js';
import { ValidationError } from '../../errors/validation-error.js';
import { extensionOf } from '../../shared/rules/extension.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import type { PipelineContext } from '../../http/pipeline-context.js';
import { checkFile } from './check-file.js';
import type { FileSource } from './file-source.js';
import { generateFileName } from './generated-name.js';
import { reserve } from './reserve.js';
import { sendFile } from './send-file.js';
import { askServer } from './server-facts.js';

/** A run whose file is on the server, so that it goes on without this program. */
export interface StartedRun {
  readonly requestId: string;
  readonly fileId: string;
  readonly warnings: string[];
  /** The file as the caller knows it, for messages. */
  readonly label: string;
  readonly size: number | undefined;
}

/**
 * Starts a run: checks the file against the server's limits, reserves a place for it and uploads it. A small file is sent
 * with the reservation.
 */
export async function startRun(
  context: PipelineContext,
  source: FileSource,
  options: ProcessOptions,
): Promise<StartedRun> {
  const facts = await askServer(context, options.modules, pickRequestOptions(options), ({ kind }) => {
    if (options.webhook && kind !== 'millrace') throw webhooksUnsupported(context);
  });
  await checkFile(context, source, options, facts);
  const { limits } = facts;
  const metadata = readMetadata(options, limits);
  const extension = extensionOf(metadata.fileName ?? source.localName ?? '');
  const idempotencyKey = options.idempotencyKey ?? randomUUID();
  const fileName = metadata.fileName ?? generateFileName(source.localName ?? '', extension, limits, idempotencyKey);
  const { content, reserved } = await reserve(context, source, facts, { options, fileName, idempotencyKey });
  const { requestId, fileId, warnings } = reserved;
  const isStored = content !== undefined && !reserved.form;
  const body = content ? { ...source, repeatable: true, open: () => Readable.from([content]) } : source;
  const sent = isStored ? content.length : await sendFile(context, body, fileName, reserved, facts, options);
  options.onUploadProgress?.({ loaded: sent, total: sent });
  return { requestId, fileId, warnings, label: source.label, size: source.size };
}

function webhooksUnsupported({ connection }: PipelineContext): ValidationError {
  const { origin } = new URL(connection.apiUrl);
  const message = `webhook: Expected a server that sends webhooks, got ${origin}, which speaks the hosted protocol only. Wait for the run instead.`;
  return new ValidationError([{ path: ['webhook'], message }]);
}
