import { ApiError } from '../errors/api-error.js';
import { ResponseShapeError } from '../errors/response-error.js';
import type { Connection } from '../http/connection.js';
import { askV1 } from '../http/v1-call.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ReportedRun } from '../shared/runs/run-event.js';
import type { QueuedEvent } from './event-queue.js';

const what = 'report runs';

export interface Batch {
  /** The id of the reporter. */
  readonly reporter: string;
  readonly events: readonly QueuedEvent[];
  /** Runs in progress, as a heartbeat: they may have no events in this batch. */
  readonly alive: readonly string[];
}

export interface Sent {
  /** What the server says of each run in the batch. */
  readonly runs: ReadonlyMap<string, ReportedRun>;
  /** Why the server refused some of the events. */
  readonly refused: readonly string[];
}

/** Sends events once. @throws When it is not certain that they have arrived, an invalid response included. */
export async function sendBatch(
  connection: Connection,
  { reporter, events, alive }: Batch,
  options: RequestOptions,
): Promise<Sent> {
  // the events are JSON already, since they were queued
  const reports = events.map(({ text }) => text).join(',');
  const text = `{"reporter":"${reporter}","alive":${JSON.stringify(alive)},"reports":[${reports}]}`;
  const call = { what, path: '/v1/events', text, isBackground: true };
  const { output, response } = await askV1(connection, call, options, (v1) => v1.eventsResponse);
  const { runs, refused } = output;
  const known = new Map(Object.entries(runs));
  const missing = [...events.map(({ run }) => run), ...alive].find((run) => !known.has(run));
  // a server that refused all events of a run may leave the run out
  if (missing !== undefined && refused.length === 0) {
    throw new ResponseShapeError(`Could not ${what}: the response does not mention run ${missing}.`, response.body);
  }
  return { runs: known, refused: refused.map(({ message }) => message) };
}

/** Returns whether the server refused the content of the request, so that a retry would not help. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && [400, 413, 422].includes(error.status);
}
