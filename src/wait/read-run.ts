import { NotFoundError } from '../errors/not-found-error.js';
import { showStatus } from '../print/records.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import { processStatusBody } from '../shared/wire/bodies.js';
import { hostedCall, type PipelineContext } from '../http/hosted-call.js';
import { askV1, readV1 } from '../http/v1-call.js';
import { synthesiseStatus } from './synthesised-status.js';

export interface RunReading {
  readonly status: RunStatus;
  /** Grows with every change; 0 where the server does not count. */
  readonly sequence: number;
  /** Where it was asked for, and is small. */
  readonly output?: InlineOutput | undefined;
}

/** An output that came with the record of its run. */
export interface InlineOutput {
  readonly extension: string;
  /** In base64. */
  readonly sha256: string;
  readonly content: Buffer;
}

/** How long the server may hold its answer back. */
export interface LongPoll {
  readonly seconds: number;
  /** Answer as soon as the sequence is greater; without it, when the run is at its end. */
  readonly since?: number;
  /** The output is wanted, too, where the server gives small ones along. */
  readonly wantsOutput?: boolean;
}

/** Reads the record of a run of this pipeline. @throws `NotFoundError` when there is none, or it is another pipeline's. */
export async function readRun(
  context: PipelineContext,
  requestId: string,
  options: RequestOptions,
  poll?: LongPoll,
): Promise<RunReading> {
  const { kind, limits } = await context.connection.server(options);
  return kind === 'millrace'
    ? readRecord(context, requestId, options, poll, limits.inlineBytes)
    : readHosted(context, requestId, options);
}

async function readRecord(
  { connection, name }: PipelineContext,
  requestId: string,
  options: RequestOptions,
  poll: LongPoll | undefined,
  inlineBytes: number | null,
): Promise<RunReading> {
  const what = `read the status of run ${requestId}`;
  const since = poll?.since === undefined ? '' : `&since=${poll.since}`;
  const output = poll?.wantsOutput && inlineBytes !== null ? `&output=${inlineBytes}` : '';
  const query = poll ? `?wait=${poll.seconds}${since}${output}` : '';
  const timeout = (options.timeout ?? connection.settings.timeout) + (poll?.seconds ?? 0) * 1000;
  const call = { what, method: 'GET', path: `/v1/runs/${requestId}${query}` } as const;
  const { output: status, response } = await askV1(connection, call, { ...options, timeout }, (v1) => v1.runResponse);
  if (status.kind !== 'hosted' || status.of !== name) {
    const kind = status.kind === 'hosted' ? 'pipeline' : status.kind;
    throw new NotFoundError(`Could not ${what} of pipeline '${name}': it belongs to ${kind} '${status.of}'.`, {
      status: 404,
      body: undefined,
      requestId,
    });
  }
  const inline = output === '' ? undefined : (await readV1(response, what, (v1) => v1.inlineOutputResponse)).output;
  return {
    status: showStatus(status),
    sequence: Number(response.headers['millrace-sequence'] ?? 0) || 0,
    output: inline ? { ...inline, content: Buffer.from(inline.content, 'base64') } : undefined,
  };
}

async function readHosted(context: PipelineContext, requestId: string, options: RequestOptions): Promise<RunReading> {
  const response = await hostedCall(
    context,
    {
      what: `read the status of run ${requestId}`,
      path: '/krixik-core-process-status',
      json: processStatusBody(context.name, requestId),
    },
    options,
    (hosted) => hosted.processStatusResponse,
  );
  return { status: showStatus(synthesiseStatus(context, requestId, response)), sequence: 0 };
}
