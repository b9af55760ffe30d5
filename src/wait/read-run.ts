import { NotFoundError } from '../errors/api-error.js';
import { toPrintableStatus } from '../print/records.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import type { RunReading } from '../shared/runs/read-until-end.js';
import { buildProcessStatusBody } from '../shared/wire/bodies.js';
import { callHosted, type PipelineContext } from '../http/call-hosted.js';
import type { Connection } from '../http/connection.js';
import { requestV1, parseV1Response } from '../http/call-v1.js';
import { convertHostedStatus } from './convert-hosted-status.js';

/** Maximum duration of a long poll, in seconds. */
const maxLongPollSeconds = 25;

/**
 * Returns the duration of the next long poll, in seconds.
 *
 * @param responseDeadlines The times by which callers need a response, as `performance.now()` values. Past times are ignored.
 */
export function getLongPollSeconds(responseDeadlines: readonly number[]): number {
  const now = performance.now();
  const remaining = responseDeadlines.map((time) => (time - now) / 1000).filter((seconds) => seconds > 0);
  return Math.min(maxLongPollSeconds, ...remaining);
}

/**
 * Returns the time by which the server must respond, as a `performance.now()` value: one second before the wait times out, or halfway
 * through a wait of less than two seconds. The timeout error can then report the run's state.
 */
export function getResponseDeadline(waitTimeout: number): number {
  return performance.now() + Math.max(waitTimeout - 1000, waitTimeout / 2);
}

/** A run's record from one response. */
export interface RunSnapshot extends RunReading {
  readonly status: RunStatus & Rows<TaskRow>;
  /** The output, if it was requested and the server sent it inline. */
  readonly output?: InlineOutput | undefined;
}

/** An output sent inline with its run's record. */
export interface InlineOutput {
  readonly extension: string;
  /** The SHA-256 checksum, base64-encoded. */
  readonly sha256: string;
  readonly content: Buffer;
}

interface LongPoll {
  /** How long the server can delay the response, in seconds. */
  readonly seconds: number;
  /** The server responds when the run's sequence number exceeds this value. @default the server responds when the run ends */
  readonly since?: number | undefined;
  /** Whether to request the output. The server sends only small outputs. */
  readonly wantsOutput?: boolean;
}

/**
 * Reads the record of a run in the context's pipeline.
 *
 * @param poll Ignored if the server does not support `/v1`.
 * @throws `NotFoundError` if the pipeline has no such run.
 */
export async function readRun(
  context: PipelineContext,
  requestId: string,
  options: RequestOptions,
  poll?: LongPoll,
): Promise<RunSnapshot> {
  const { connection, name } = context;
  const { kind, limits } = await connection.getServerInfo(options);
  if (kind !== 'millrace') return readHostedRun(context, requestId, options);
  const snapshot = await readRunRecord(connection, requestId, options, poll, limits.inlineBytes);
  const { status } = snapshot;
  if (status.kind === 'hosted' && status.of === name) return snapshot;
  const owner = status.kind === 'hosted' ? 'pipeline' : status.kind;
  throw new NotFoundError(
    `Could not read the status of run ${requestId} in pipeline '${name}': the run belongs to ${owner} '${status.of}'.`,
    { status: 404, body: undefined, requestId },
  );
}

/**
 * Reads the record of any run from a server that supports `/v1`.
 *
 * @param inlineBytes Maximum size of an inline output, in bytes. If `null`, no output is requested.
 */
export async function readRunRecord(
  connection: Connection,
  requestId: string,
  options: RequestOptions,
  poll: LongPoll | undefined,
  inlineBytes: number | null = null,
): Promise<RunSnapshot> {
  const action = `read the status of run ${requestId}`;
  const sinceQuery = poll?.since === undefined ? '' : `&since=${poll.since}`;
  const outputQuery = poll?.wantsOutput && inlineBytes !== null ? `&output=${inlineBytes}` : '';
  const query = poll ? `?wait=${Number(poll.seconds.toFixed(3))}${sinceQuery}${outputQuery}` : '';
  const timeout = (options.timeout ?? connection.settings.timeout) + (poll?.seconds ?? 0) * 1000;
  const call = { action, method: 'GET', path: `/v1/runs/${requestId}${query}` } as const;
  const { output: status, response } = await requestV1(
    connection,
    call,
    { ...options, timeout },
    (v1) => v1.runResponse,
  );
  const inlineOutput =
    outputQuery === '' ? undefined : (await parseV1Response(response, action, (v1) => v1.inlineOutputResponse)).output;
  return {
    status: toPrintableStatus(status),
    sequence: Number(response.headers['millrace-sequence'] ?? 0) || 0,
    longPollMs: poll && 1000 * poll.seconds,
    output: inlineOutput ? { ...inlineOutput, content: Buffer.from(inlineOutput.content, 'base64') } : undefined,
  };
}

async function readHostedRun(
  context: PipelineContext,
  requestId: string,
  options: RequestOptions,
): Promise<RunSnapshot> {
  const response = await callHosted(
    context,
    {
      action: `read the status of run ${requestId}`,
      path: '/krixik-core-process-status',
      json: buildProcessStatusBody(context.name, requestId),
    },
    options,
    (hosted) => hosted.processStatusResponse,
  );
  return { status: toPrintableStatus(convertHostedStatus(context, requestId, response)), sequence: 0 };
}
