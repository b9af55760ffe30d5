import { ApiError, ForbiddenError } from '../errors/api-error.js';
import { ResponseShapeError } from '../errors/response-error.js';
import type { Connection } from '../http/connection.js';
import { discover } from '../http/discover.js';
import { askV1 } from '../http/v1-call.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ReportedRun } from '../shared/runs/run-event.js';
import type { QueuedEvent } from './event-queue.js';

/** Thrown if a server has no run events: it supports only the hosted protocol, or it is a proxy on the way to another one. */
export class NoRunEventsError extends Error {
  override readonly name = 'NoRunEventsError';
}

const what = 'report runs';

export interface Batch {
  /** The reporter's id. */
  readonly reporter: string;
  readonly events: readonly QueuedEvent[];
  /** Runs in progress that need a heartbeat. They may have no events in this batch. */
  readonly alive: readonly string[];
}

export interface BatchResult {
  /** The server's response for each run in the batch. */
  readonly runs: ReadonlyMap<string, ReportedRun>;
  /** The reasons why the server rejected events. */
  readonly refused: readonly string[];
}

/** Checks that the server supports run events. Does not await the client's discovery, which would keep the process alive. */
export async function checkServer(connection: Connection, options: RequestOptions): Promise<void> {
  const { kind } = await discover(connection, options, true);
  if (kind !== 'hosted') return;
  throw new NoRunEventsError(`${connection.apiUrl} did not respond like a server that records runs.`);
}

/** Sends events once. @throws If the events may not have arrived, for example because the response is invalid. */
export async function sendBatch(
  connection: Connection,
  { reporter, events, alive }: Batch,
  options: RequestOptions,
): Promise<BatchResult> {
  // queued events are already JSON
  const reports = events.map(({ text }) => text).join(',');
  const text = `{"reporter":"${reporter}","alive":${JSON.stringify(alive)},"reports":[${reports}]}`;
  const call = { what, path: '/v1/events', text, isBackground: true };
  const { output, response } = await askV1(connection, call, options, (v1) => v1.eventsResponse);
  const { runs, refused } = output;
  const known = new Map(Object.entries(runs));
  const missing = [...events.map(({ run }) => run), ...alive].find((run) => !known.has(run));
  // the response may omit a run if the server rejected all its events
  if (missing !== undefined && refused.length === 0) {
    throw new ResponseShapeError(`Could not ${what}: the response does not mention run ${missing}.`, response.body);
  }
  return { runs: known, refused: refused.map(({ message }) => message) };
}

/** Returns whether the server rejected the request's content, in which case a retry would not help. */
export function isRejection(error: unknown): boolean {
  return error instanceof ApiError && [400, 413, 422].includes(error.status);
}

/** Returns the runs that the server refuses because of their names, if that is why it rejected the request. */
export function findRefusedRuns(error: unknown): string[] {
  if (!(error instanceof ForbiddenError)) return [];
  const body = error.body as { error?: { details?: { runs?: unknown } } } | null;
  const runs = body?.error?.details?.runs;
  return Array.isArray(runs) ? runs.filter((id) => typeof id === 'string') : [];
}
