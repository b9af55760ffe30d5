import type { Connection } from '../http/connection.js';
import { Issues } from '../options/issues.js';
import type { BatchStatus } from '../shared/runs/batch-status.js';
import { followEvents, parseEventData } from '../wait/follow-events.js';
import { watchRules, type WatchOptions } from '../wait/watch-run.js';

/** Yields a batch's current status, and then its new status whenever it has changed, until the batch ends. */
export async function* watchBatch(
  connection: Connection,
  id: string,
  options: WatchOptions,
): AsyncGenerator<BatchStatus, undefined> {
  const issues = new Issues();
  issues.check(options, watchRules, 'batches.watch()');
  issues.throwIfAny();
  const { signal, timeout = connection.settings.timeout, retryFor } = options;
  const call = { action: `watch batch ${id}`, method: 'GET', path: `/v1/batches/${id}/events` } as const;
  // each connection starts with the batch's current status, so there is no need to resume after the last event
  for await (const { name, data } of followEvents(connection, call, {
    signal,
    timeout,
    retryFor,
    shouldSendLastEventId: false,
  })) {
    if (name !== 'batch') continue;
    const batch = await parseEventData(data, call.action, (v1) => v1.batchResponse);
    yield batch;
    if (batch.state !== 'running') return undefined;
  }
  return undefined;
}
