import type { FailureGroup } from 'millrace/shared/runs/run-stats.js';
import type { RunError, RunStatus } from 'millrace/shared/runs/run-status.js';
import type { Queryable } from '../db/db.js';
import { visibleRunSql, type Access } from './access.js';

/** Maximum number of groups. If there are more, the largest are returned. */
const maxGroups = 50;

/** Groups the visible failed and crashed runs that were created at or after `from`, by `of` and reason. Ignores runs of expired files. */
export async function groupFailures(
  db: Queryable,
  access: Access,
  { from, of, now }: { readonly from: Date; readonly of: string | undefined; readonly now: Date },
): Promise<FailureGroup[]> {
  const params: unknown[] = [access.account, from, of ?? null, now];
  const notExpired = '(file_id is null or (select expires_at from file where id = run.file_id) > $4)';
  const { rows } = await db.query<GroupRow>(
    `select failed.*, example.id as example, example.kind, example.error from (
       select fingerprint, of, count(*) as count, min(finished_at) as first, max(finished_at) as last from run
       where account_id = $1 and state in ('failed', 'crashed') and created_at >= $2 and ($3::text is null or of = $3)
         and ${visibleRunSql(access, params)} and ${notExpired}
       group by fingerprint, of order by count(*) desc, max(finished_at) desc limit ${maxGroups}
     ) failed cross join lateral (
       select id, kind, error from run where account_id = $1 and run.fingerprint = failed.fingerprint
         and ${visibleRunSql(access, params)} and ${notExpired} order by created_at desc, id desc limit 1) example
     order by failed.count desc, failed.last desc`,
    params,
  );
  return rows.map(({ fingerprint, of: name, kind, count, first, last, example, error }) => ({
    fingerprint,
    of: name,
    kind,
    step: error?.task ?? null,
    code: error?.code ?? null,
    message: error?.message ?? null,
    count,
    first: first.toISOString(),
    last: last.toISOString(),
    example,
  }));
}

interface GroupRow {
  readonly fingerprint: string;
  readonly of: string;
  readonly kind: RunStatus['kind'];
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
  readonly example: string;
  readonly error: RunError | null;
}
