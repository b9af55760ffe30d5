import { visibleRunSql, type Access } from '../access.js';

/** The conditions that select runs. */
export interface RunFilter {
  readonly state?: readonly string[] | undefined;
  readonly of?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Only runs executed by this worker. */
  readonly worker?: string | undefined;
  /** Only runs created at or after this time. */
  readonly since?: Date | undefined;
  /** Only runs created before this time. */
  readonly until?: Date | undefined;
  /** If true, only runs without a parent run. */
  readonly root?: boolean | undefined;
  /** Only the child runs of this run. */
  readonly parent?: string | undefined;
  /** Only the runs of this batch. */
  readonly batch?: string | undefined;
  /** Only failed and crashed runs whose error has this fingerprint. */
  readonly fingerprint?: string | undefined;
  /**
   * Words that must each occur in the run's name, the name of its pipeline, flow or task, its file name, the start of its input, or the
   * start of its error. Case is ignored.
   */
  readonly q?: string | undefined;
}

export type Bind = (value: unknown) => string;

/** A position in a list of runs that is sorted by creation time. */
export interface RunPosition {
  /** The creation time, in PostgreSQL's output format. */
  readonly createdAt: string;
  readonly id: string;
}

/**
 * Returns the SQL conditions for the visible runs that match the filter, except the condition on `state`. The statement's first two
 * parameters must be the account and the current time.
 */
export function createRunConditions(filter: RunFilter, access: Access, params: unknown[]): string[] {
  const bind: Bind = (value) => `$${params.push(value)}`;
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [`run.${column} = ${bind(value)}`];
  return [
    'run.account_id = $1',
    ...(access.names === null ? [] : [visibleRunSql(access, params)]),
    ...equal('of', filter.of),
    ...equal('kind', filter.kind),
    ...equal('name', filter.name),
    ...equal('worker_id', filter.worker),
    ...equal('parent_id', filter.parent),
    ...equal('batch_id', filter.batch),
    ...equal('fingerprint', filter.fingerprint),
    ...(filter.root ? ['run.parent_id is null'] : []),
    ...(filter.since ? [`run.created_at >= ${bind(filter.since)}`] : []),
    ...(filter.until ? [`run.created_at < ${bind(filter.until)}`] : []),
    ...splitIntoTerms(filter.q).map((term) => {
      // use a subquery, so that PostgreSQL lower-cases the term only once
      const lowerCased = `(select lower(${bind(term)}))`;
      return `(strpos(run.search, ${lowerCased}) > 0 or strpos(run.error_search, ${lowerCased}) > 0)`;
    }),
    // this condition is last, because it needs a subquery per run; with a join, the planner might read all files
    '(run.file_id is null or (select expires_at from file where id = run.file_id) > $2)',
  ];
}

/** Maximum number of terms in a search. Each word is a term. If there are more words, the final term is a phrase of all remaining words. */
const maxTerms = 10;

function splitIntoTerms(q = ''): string[] {
  const words = q.split(/\s+/u).filter((word) => word !== '');
  return words.length <= maxTerms ? words : [...words.slice(0, maxTerms - 1), words.slice(maxTerms - 1).join(' ')];
}
