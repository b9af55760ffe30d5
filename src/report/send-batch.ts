import { ApiError } from '../errors/api-error.js';
import { ResponseShapeError } from '../errors/response-shape-error.js';
import type { Connection } from '../http/connection.js';
import { askV1 } from '../http/v1-call.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ReportedRun } from '../shared/runs/run-event.js';
import type { QueuedEvent } from './event-queue.js';

const what = 'report runs';

export interface Batch {
  readonly reporter: string;
  readonly reports: readonly QueuedEvent[];
  /** Runs that go on, though there may be nothing to report of them. */
  readonly alive: readonly string[];
}

export interface Sent {
  /** For each run of the batch, what the server says of it. */
  readonly runs: ReadonlyMap<string, ReportedRun>;
  /** Why the server has no use for some of the reports. */
  readonly refused: readonly string[];
}

/** Sends reports once. @throws what keeps them from being known to have arrived, a nonsensical answer among it. */
export async function sendBatch(
  connection: Connection,
  { reporter, reports, alive }: Batch,
  options: RequestOptions,
): Promise<Sent> {
  // each was written once, when it was queued
  const written = reports.map(({ text }) => text).join(',');
  const text = `{"reporter":"${reporter}","alive":${JSON.stringify(alive)},"reports":[${written}]}`;
  const call = { what, path: '/v1/events', text, isBackground: true };
  const { output, response } = await askV1(connection, call, options, (v1) => v1.eventsResponse);
  const { runs, refused } = output;
  const known = new Map(Object.entries(runs));
  const forgotten = [...reports.map(({ run }) => run), ...alive].find((run) => !known.has(run));
  // a server that refused all reports of a run has nothing to say of it
  if (forgotten !== undefined && refused.length === 0) {
    throw new ResponseShapeError(`Could not ${what}: the answer says nothing of run ${forgotten}.`, response.body);
  }
  return { runs: known, refused: refused.map(({ message }) => message) };
}

/** Whether a server took exception to what was sent, so that sending it again would change nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && [400, 413, 422].includes(error.status);
}
