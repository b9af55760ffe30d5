import type { BatchStatus } from 'millrace/shared/runs/batch-status.js';
import type { RunSummary } from 'millrace/shared/runs/run-status.js';

/** Tells a client to read everything again. */
export const resetEvent = 'event: reset\ndata: {}\n';

export function formatRunEvent(run: RunSummary): string {
  return `event: run\ndata: ${JSON.stringify(run)}\n`;
}

export function formatBatchEvent(batch: BatchStatus): string {
  return `event: batch\ndata: ${JSON.stringify(batch)}\n`;
}

export function toDeletionEntry(runId: string): readonly [key: string, text: string] {
  return [`run ${runId}`, `event: run-deleted\ndata: {"requestId":"${runId}"}\n`];
}

/** Removes the durations from an event, so that events of a run in progress that differ only in durations compare as equal. */
export function removeDurations(text: string): string {
  return text.replaceAll(/"durationMs":\d+/g, '');
}
