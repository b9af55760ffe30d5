import type { RunState } from 'millrace/types/run-status.js';
import type { Queryable } from '../store/db.js';

/** The NOTIFY channel on which every change of a run is announced. */
export const runChannel = 'millrace_run';

export interface RunChange {
  readonly runId: string;
  readonly sequence: number;
  /** `gone`: the run was deleted or has expired. */
  readonly state: RunState | 'gone';
}

/** Announces a change when the transaction commits. NOTIFY payloads are short, so only ids and words travel. */
export async function notifyRun(tx: Queryable, change: RunChange): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [runChannel, formatRunChange(change)]);
}

/** The payload of a notification: id, sequence and state, parted by spaces. */
export function formatRunChange(change: RunChange): string {
  return `${change.runId} ${change.sequence} ${change.state}`;
}

export function parseRunChange(payload: string): RunChange | undefined {
  const [runId, sequence, state] = payload.split(' ');
  if (!runId || !sequence || !state) return undefined;
  return { runId, sequence: Number(sequence), state: state as RunChange['state'] };
}
