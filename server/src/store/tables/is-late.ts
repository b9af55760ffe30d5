import type { RunStatus } from 'millrace/shared/runs/run-status.js';

/** How long a run, or its next module, can wait to start before the run is late, in milliseconds. */
export const lateAfterMs = 15_000;

/** The columns of `run` that tell whether a run is waiting to start, and since when. */
interface WaitingRow {
  readonly kind: RunStatus['kind'];
  readonly state: RunStatus['state'];
  readonly waits: 'time' | 'worker' | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly scheduled_for: Date | null;
  readonly seen_at: Date | null;
}

/**
 * Returns whether a run is late. See `RunStatus.late`.
 *
 * @param queuedAt When the waiting module of a hosted run was queued; `null` if no module is waiting.
 */
export function isLate(row: WaitingRow, queuedAt: Date | null, now: Date): boolean {
  const waitStart = findWaitStart(row, queuedAt);
  return waitStart !== null && now.getTime() - waitStart > lateAfterMs;
}

/** Returns since when a run has been waiting to start, in Unix milliseconds, or `null` if it is not waiting to start. */
function findWaitStart(row: WaitingRow, queuedAt: Date | null): number | null {
  const { kind, state, waits, created_at: createdAt, scheduled_for: scheduledFor, seen_at: seenAt } = row;
  if (scheduledFor) {
    // a run that is queued again keeps its scheduled time, and with it its place in the queue
    return waits === null ? null : Math.max(scheduledFor.getTime(), seenAt?.getTime() ?? 0);
  }
  if (kind === 'hosted') return state === 'pending' || state === 'running' ? (queuedAt?.getTime() ?? null) : null;
  // a run that started and was then resumed is pending again until its program reports
  return state === 'pending' && row.started_at === null ? createdAt.getTime() : null;
}
