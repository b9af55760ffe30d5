import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../store/db/db.js';
import { notifyBatchChangedSql } from './batches/batch-changes.js';

/** The NOTIFY channel for changes to runs. */
export const runChannel = 'millrace_run';

/** A change to a run, as sent to the NOTIFY channel. */
export interface RunChange {
  readonly runId: string;
  readonly sequence: number;
  /** `gone` if the run was deleted or has expired. */
  readonly state: RunState | 'gone';
  /** Present only for a deleted run, which can no longer be read. */
  readonly deleted?: {
    readonly account: string;
    /** The name of the run's pipeline, flow or task. For a subflow that was deleted with an ancestor, that of the ancestor. */
    readonly of: string;
  };
}

/**
 * Returns an SQL expression that sends a notification about a changed run when the transaction commits. NOTIFY limits the payload's
 * length, so the payload contains only the id, sequence and state, separated by spaces.
 *
 * @param runId An SQL expression for the run's id.
 * @param sequence An SQL expression for the run's sequence.
 * @param state The run's state, not an SQL expression.
 */
export function notifyRunChangedSql(runId: string, sequence: string, state: RunChange['state']): string {
  return `pg_notify('${runChannel}', ${runId} || ' ' || ${sequence} || ' ${state}')`;
}

/**
 * Returns SQL expressions that send a notification about a deleted run when the transaction commits. If the run is unfinished and belongs
 * to a batch, they also send a notification about the batch. The expressions require the run's columns `id`, `sequence`,
 * `account_id`, `of`, `batch_id` and `finished_at`.
 */
export function notifyRunDeletedSql(): string {
  return `pg_notify('${runChannel}', id || ' ' || sequence || ' gone ' || account_id || ' ' || of),
    case when batch_id is not null and finished_at is null then ${notifyBatchChangedSql} end`;
}

/** Parses a notification's payload. @returns The change, or `undefined` if the payload is malformed. */
export function parseRunChange(payload: string): RunChange | undefined {
  const [runId, sequence, state, account, ...of] = payload.split(' ');
  if (!runId || !sequence || !state) return undefined;
  const change: RunChange = { runId, sequence: Number(sequence), state: state as RunChange['state'] };
  return account === undefined ? change : { ...change, deleted: { account, of: of.join(' ') } };
}

/** Sends a notification about each changed run when the transaction commits. */
export async function notifyRunsChanged(
  tx: Queryable,
  runs: readonly { readonly id: string; readonly sequence: number; readonly state: RunChange['state'] }[],
): Promise<void> {
  await tx.query(`select pg_notify('${runChannel}', payload) from unnest($1::text[]) as change (payload)`, [
    runs.map(({ id, sequence, state }) => `${id} ${sequence} ${state}`),
  ]);
}
