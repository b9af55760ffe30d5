import { joinFilePath } from 'millrace/shared/rules/files/file-path.js';
import { foldName } from 'millrace/shared/rules/files/fold-name.js';
import type { Queryable } from '../../store/db/db.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { removeFiles } from './remove-files.js';
import { chainKey, type ReservationRequest } from './reservation.js';

/** A possible reason to reject a reservation. */
export interface Conflict {
  readonly kind: 'chain' | 'path' | 'too many runs';
  readonly chain: string[] | null;
  /** The id of the file at the path. */
  readonly id: string | null;
  readonly is_ready: boolean;
  /** Whether the file is unfinished and will replace another file at the path. */
  readonly is_replacement: boolean;
  /** Whether the file at the path can be removed, because it has expired or its upload was abandoned. */
  readonly is_removable: boolean;
}

/** The conflict for an account that has too many unfinished runs. */
export const tooManyRunsConflict: Conflict = {
  kind: 'too many runs',
  chain: null,
  id: null,
  is_ready: false,
  is_replacement: false,
  is_removable: false,
};

interface PendingReservation {
  readonly accountId: string;
  readonly request: ReservationRequest;
}

/**
 * Finds each reservation's conflicts with existing files: files of the pipeline with a different chain, and files at the path. Locks the
 * files that {@link resolveConflicts} may remove, so that none of them becomes ready before the removal.
 */
export async function findConflicts(
  context: EngineContext,
  tx: Queryable,
  pending: readonly PendingReservation[],
): Promise<readonly (readonly Conflict[])[]> {
  const locked = new Set<string>();
  for (;;) {
    const found = await readConflicts(context, tx, pending);
    const ids = pending
      .flatMap(({ request }, i) => findRemovableIds(request, found[i] ?? []))
      .filter((id) => !locked.has(id));
    if (ids.length === 0) return found;
    await tx.query('select from file where id = any($1) order by id for update', [ids]);
    for (const id of ids) locked.add(id);
  }
}

function findRemovableIds({ replaces }: ReservationRequest, conflicts: readonly Conflict[]): string[] {
  const isReplaced = replaces !== undefined && conflicts.some(({ id }) => id === replaces);
  return conflicts.flatMap(({ id, is_removable: isRemovable, is_ready: isReady }) =>
    id !== null && (isRemovable || (isReplaced && !isReady)) ? [id] : [],
  );
}

async function readConflicts(
  context: EngineContext,
  tx: Queryable,
  pending: readonly PendingReservation[],
): Promise<readonly (readonly Conflict[])[]> {
  const now = context.clock.now();
  const reservedBefore = new Date(now.getTime() - context.reservationSeconds * 1000);
  const isRemovableSql = `(expires_at <= $1 or (state = 'reserved' and reserved_at <= $2))`;
  const pipelineFilesSql = `from file where account_id = pending.account_id and pipeline = pending.pipeline and state <> 'failed'`;
  // use `<`, `>` and `order by` instead of `<>`, so that PostgreSQL uses the index even for a pipeline with many files
  const otherChainSql = (operator: string) =>
    `(select 'chain' as kind, chain, null::uuid as id, false as is_ready, false as is_replacement, false as is_removable ${pipelineFilesSql}
        and chain_key ${operator} pending.chain_key and not ${isRemovableSql}
      order by account_id, pipeline, chain_key limit 1)`;
  // use a separate subquery for each condition, because each condition has its own index
  const atPathSql = (replacesCondition: string) =>
    `select 'path', null, id, state = 'ready', replaces_id is not null, ${isRemovableSql} ${pipelineFilesSql}
       and directory_key = pending.directory_key and name_key = pending.name_key and replaces_id ${replacesCondition}`;
  const { rows } = await tx.query<Conflict & { ordinal: number }>(
    `select ordinal, kind, conflict.chain, id, is_ready, is_replacement, is_removable
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
       with ordinality pending (account_id, pipeline, directory_key, name_key, chain_key, ordinal)
     cross join lateral (
       ${otherChainSql('<')} union all ${otherChainSql('>')} union all
       ${atPathSql('is null')} union all ${atPathSql('is not null')}
     ) conflict`,
    [
      now,
      reservedBefore,
      ...[0, 1, 2, 3].map((part) => pending.map((item) => pathKeyParts(item)[part])),
      pending.map(({ request }) => chainKey(request.chain)),
    ],
  );
  return pending.map((_, i) => rows.filter(({ ordinal }) => ordinal === i + 1));
}

/** Returns how many more runs each account can start. */
export async function countRemainingRuns(
  { maxOpenRuns }: EngineContext,
  tx: Queryable,
  accountIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ account_id: string; open: number }>(
    `select account_id, open from unnest($1::uuid[]) account (account_id) cross join lateral (
       select count(*)::int as open from (
         select from run where run.account_id = account.account_id and finished_at is null limit $2) runs
     ) runs`,
    [accountIds, maxOpenRuns],
  );
  return new Map(rows.map(({ account_id: accountId, open }) => [accountId, maxOpenRuns - open]));
}

/**
 * Removes expired and abandoned files at the path. Also removes the file that the request replaces, if that file is not finished.
 * {@link findConflicts} must have locked these files.
 *
 * @returns The id of the finished file to replace when the new file is ready, or `undefined` if the path has no finished file.
 * @throws `EngineError` if there is any other conflict. In that case, nothing is removed.
 */
export async function resolveConflicts(
  context: EngineContext,
  tx: Queryable,
  pending: PendingReservation,
  conflicts: readonly Conflict[],
): Promise<string | undefined> {
  const { replaces } = pending.request;
  const unremovable = conflicts.filter((conflict) => !conflict.is_removable);
  const current = unremovable.find(({ kind, is_replacement: isReplacement }) => kind === 'path' && !isReplacement);
  const replacement = unremovable.find(({ kind, is_replacement: isReplacement }) => kind === 'path' && isReplacement);
  const isReplaced = replaces !== undefined && (replacement ?? current)?.id === replaces;
  for (const conflict of unremovable) {
    if (conflict.kind !== 'path' || !isReplaced) throw conflictError(context, pending.request, conflict);
  }
  const replacedId = current?.is_ready ? current.id : undefined;
  const idsToRemove = conflicts.flatMap(({ id }) => (id === null || id === replacedId ? [] : [id]));
  if (idsToRemove.length > 0) await removeFiles(context, tx, 'id = any($1)', [idsToRemove]);
  return replacedId ?? undefined;
}

/** Returns the parts of a key that identifies the requested path. */
export function pathKeyParts({ accountId, request: { pipeline, directory, fileName } }: PendingReservation): string[] {
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
