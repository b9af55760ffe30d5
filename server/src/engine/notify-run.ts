import type { RunState } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../store/db/db.js';
import { batchChannel } from './batches/batch-changes.js';

/** The NOTIFY channel on which every change to a run is announced. */
export const runChannel = 'millrace_run';

/** An announced change to a run. */
export interface RunChange {
  readonly runId: string;
  readonly sequence: number;
  /** `gone` if the run was deleted or has expired. */
  readonly state: RunState | 'gone';
  /** The account and the definition's name, present only if the run was deleted and therefore can no longer be read. */
  readonly deleted?: { readonly account: string; readonly of: string };
}

/**
 * Returns an SQL expression that announces a change when the transaction commits. Because NOTIFY limits the payload length,
 * the payload contains only the id, sequence and state, separated by spaces.
 *
 * @param runId An SQL expression.
 * @param sequence An SQL expression.
 * @param state A state, not an SQL expression.
 */
export function announceSql(runId: string, sequence: string, state: RunChange['state']): string {
  return `pg_notify('${runChannel}', ${runId} || ' ' || ${sequence} || ' ${state}')`;
}

/**
 * Returns SQL expressions that announce a run's deletion when the transaction commits. If the run had not ended, they also announce a
 * change to its batch. They require the run's columns `id`, `sequence`, `account_id`, `of`, `batch_id` and `finished_at`.
 */
export function announceDeletionSql(): string {
  return `pg_notify('${runChannel}', id || ' ' || sequence || ' gone ' || account_id || ' ' || of),
    case when batch_id is not null and finished_at is null then pg_notify('${batchChannel}', batch_id || ' ' || account_id) end`;
}

/** Parses a notification's payload. @returns `undefined` if the payload is malformed. */
export function parseRunChange(payload: string): RunChange | undefined {
  const [runId, sequence, state, account, ...of] = payload.split(' ');
  if (!runId || !sequence || !state) return undefined;
  const change: RunChange = { runId, sequence: Number(sequence), state: state as RunChange['state'] };
  return account === undefined ? change : { ...change, deleted: { account, of: of.join(' ') } };
}

/** Announces changes to several runs when the transaction commits. */
export async function announceRuns(
  tx: Queryable,
  runs: readonly { readonly id: string; readonly sequence: number; readonly state: RunChange['state'] }[],
): Promise<void> {
  await tx.query(`select pg_notify('${runChannel}', payload) from unnest($1::text[]) as change (payload)`, [
    runs.map(({ id, sequence, state }) => `${id} ${sequence} ${state}`),
  ]);
}
