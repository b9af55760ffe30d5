import { formatEvent } from './event-stream.js';

/** Tells a client to read everything again. */
export const resetEvent = formatEvent('reset', '{}');

export function toDeletionEntry(runId: string): readonly [key: string, text: string] {
  return [`run ${runId}`, formatEvent('run-deleted', JSON.stringify({ requestId: runId }))];
}

/** Removes the durations from an event, so that events of a run in progress that differ only in durations compare as equal. */
export function removeDurations(text: string): string {
  return text.replaceAll(/"durationMs":\d+/g, '');
}
