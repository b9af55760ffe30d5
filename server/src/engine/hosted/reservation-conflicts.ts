import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import type { Queryable } from '../../store/db/db.js';
import { foldName } from '../../store/tables/match-keys.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { removeFiles } from './remove-files.js';
import { chainKey, type ReservationRequest } from './reservation.js';

/** A reason to reject a reservation. */
interface Conflict {
  readonly kind: 'chain' | 'path' | 'too many runs';
  readonly chain: string[] | null;
  /** Whether the file at the path can be removed, because it has expired or was never uploaded. */
  readonly is_gone: boolean;
}

/** Finds a reservation's conflicts: a different chain, an existing file at the path, or too many unfinished runs. */
export async function findConflicts(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
): Promise<readonly Conflict[]> {
  const now = context.clock.now();
  const reservedBefore = new Date(now.getTime() - context.reservationSeconds * 1000);
  const gone = `(expires_at <= $5 or (state = 'reserved' and reserved_at <= $6))`;
  const ofPipeline = `from file where account_id = $1 and pipeline = $2 and state <> 'failed'`;
  // use `<` and `>` instead of `<>`, and an order, so that PostgreSQL uses the pipeline's index even if it has many files
  const otherChain = (operator: string) =>
    `(select 'chain' as kind, chain, false as is_gone ${ofPipeline} and chain_key ${operator} $7 and not ${gone}
      order by account_id, pipeline, chain_key limit 1)`;
  const { rows } = await tx.query<Conflict>(
    `${otherChain('<')} union all ${otherChain('>')} union all
     select 'path', null, ${gone} ${ofPipeline} and directory_key = $3 and name_key = $4 union all
     select 'too many runs', null, false
     from (select 1 from run where account_id = $1 and finished_at is null limit $8) open having count(*) >= $8`,
    [...pathKey(accountId, request), now, reservedBefore, chainKey(request.chain), context.maxOpenRuns],
  );
  return rows;
}

/** Removes an expired or abandoned file at the path. @throws `EngineError` for any other conflict. */
export async function settleConflicts(
  context: EngineContext,
  tx: Queryable,
  accountId: string,
  request: ReservationRequest,
  conflicts: readonly Conflict[],
): Promise<void> {
  for (const conflict of conflicts) if (!conflict.is_gone) throw conflictError(context, request, conflict);
  if (conflicts.length === 0) return;
  const samePath = "account_id = $1 and pipeline = $2 and directory_key = $3 and name_key = $4 and state <> 'failed'";
  await removeFiles(context, tx, samePath, pathKey(accountId, request));
}

function pathKey(accountId: string, { pipeline, directory, fileName }: ReservationRequest): string[] {
  return [accountId, pipeline, foldName(directory), foldName(fileName)];
}

function conflictError(context: EngineContext, request: ReservationRequest, { kind, chain }: Conflict): EngineError {
  if (kind === 'chain') {
    return new EngineError(
      'chain_conflict',
      'you have at least one file on record with the same pipeline name but another module chain: ' +
        `${chain?.join(', ')}. Use another pipeline name, or delete those files first.`,
    );
  }
  if (kind === 'path') {
    const path = joinFilePath(request.directory, request.fileName);
    return new EngineError(
      'already_exists',
      `a file with the symbolic path '${path}' already exists in the pipeline '${request.pipeline}'. ` +
        'Choose another file name or directory, or delete that file first.',
    );
  }
  return new EngineError(
    'too_many_runs',
    `this account already has ${context.maxOpenRuns} unfinished runs; wait until some have finished.`,
  );
}
