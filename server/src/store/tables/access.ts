/** What a request may see and change, according to its API key. */
export interface Access {
  /** The account's id. */
  readonly account: string;
  /** The names of the pipelines, flows and tasks that the request can see and use, or `null` for all. */
  readonly names: readonly string[] | null;
  /** If set, the id of an API key. The request can then change only the runs and batches that were created with that key. */
  readonly ownKeyId: string | null;
}

/** Returns the access of the server itself, which can see and change everything in an account. */
export function createFullAccess(account: string): Access {
  return { account, names: null, ownKeyId: null };
}

/** Returns whether a request may use the pipeline, flow or task with this name. */
export function allowsName({ names }: Pick<Access, 'names'>, name: string): boolean {
  return names === null || names.includes(name);
}

/**
 * Returns an SQL condition for the rows of `run` that the request may see in its account: runs with an allowed name, and their
 * descendants. The statement must also check the account.
 *
 * @param params The statement's parameters. If access is restricted to certain names, the list of names is appended.
 */
export function visibleRunSql({ names }: Access, params: unknown[]): string {
  if (names === null) return 'true';
  const allowed = `any($${params.push(names)}::text[])`;
  return `(run.of = ${allowed} or run.parent_id is not null and exists (
    with recursive ancestor as (
      select id, parent_id, of from run parent where parent.id = run.parent_id
      union select parent.id, parent.parent_id, parent.of from run parent join ancestor on parent.id = ancestor.parent_id
    ) select from ancestor where ancestor.of = ${allowed}))`;
}

/** Like {@link visibleRunSql}, for the rows of `worker`: workers that serve at least one pipeline with an allowed name. */
export function visibleWorkerSql({ names }: Access, params: unknown[]): string {
  if (names === null) return 'true';
  return `exists (select from jsonb_array_elements(worker.pipelines) as pipeline
    where pipeline ->> 'name' = any($${params.push(names)}::text[]))`;
}

/** Like {@link visibleRunSql}, for the rows of `file`: files of pipelines with an allowed name. */
export function visibleFileSql({ names }: Access, params: unknown[]): string {
  return names === null ? 'true' : `file.pipeline = any($${params.push(names)}::text[])`;
}

/** Like {@link visibleRunSql}, for the rows of `batch`: batches of pipelines with an allowed name. */
export function visibleBatchSql({ names }: Access, params: unknown[]): string {
  return names === null ? 'true' : `batch.pipeline = any($${params.push(names)}::text[])`;
}
