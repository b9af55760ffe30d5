import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../store/db/db.js';

/** The NOTIFY channel on which every change of a run is announced. */
export const runChannel = 'millrace_run';

/** A change of a run, as it is announced. */
export interface RunChange {
  readonly runId: string;
  readonly sequence: number;
  /** `gone` when the run was deleted or has expired. */
  readonly state: RunState | 'gone';
}

/**
 * Returns an SQL expression that announces a change when its transaction commits. The payload is the id, sequence and state,
 * separated by spaces: NOTIFY limits its length.
 *
 * @param runId An SQL expression, as is `sequence`.
 * @param state A literal state.
 */
export function announce(runId: string, sequence: string, state: RunChange['state']): string {
  return `pg_notify('${runChannel}', ${runId} || ' ' || ${sequence} || ' ${state}')`;
}

/** Parses the payload of a notification. Returns `undefined` when it is malformed. */
export function parseRunChange(payload: string): RunChange | undefined {
  const [runId, sequence, state] = payload.split(' ');
  if (!runId || !sequence || !state) return undefined;
  return { runId, sequence: Number(sequence), state: state as RunChange['state'] };
}

/** Announces changes of several runs when the transaction commits. */
export async function announceRuns(
  tx: Queryable,
  runs: readonly { readonly id: string; readonly sequence: number; readonly state: RunChange['state'] }[],
): Promise<void> {
  await tx.query(`select pg_notify('${runChannel}', payload) from unnest($1::text[]) as change (payload)`, [
    runs.map(({ id, sequence, state }) => `${id} ${sequence} ${state}`),
  ]);
}
