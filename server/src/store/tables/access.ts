/** What a request may see and change. Made from its API key. */
export interface Access {
  /** The account's id. */
  readonly account: string;
  /** The names of the pipelines, flows and tasks that it is limited to. Null: all. */
  readonly names: readonly string[] | null;
  /** The id of the key whose runs alone it may change. Null: the runs of every key. */
  readonly ownKey: string | null;
}

/** What the server itself may see of an account: everything. */
export function wholeAccount(account: string): Access {
  return { account, names: null, ownKey: null };
}

/** Whether a request may use a pipeline, flow or task of this name. */
export function includesName({ names }: Pick<Access, 'names'>, name: string): boolean {
  return names === null || names.includes(name);
}

/**
 * Returns the SQL condition that the request may see the row of `run`: the run has one of the names, or is part of a run that has.
 *
 * @param params The statement's parameters. The condition's own are added.
 */
export function seesRun({ names }: Access, params: unknown[]): string {
  if (names === null) return 'true';
  const allowed = `any($${params.push(names)}::text[])`;
  return `(run.of = ${allowed} or run.parent_id is not null and exists (
    with recursive ancestor as (
      select id, parent_id, of from run parent where parent.id = run.parent_id
      union select parent.id, parent.parent_id, parent.of from run parent join ancestor on parent.id = ancestor.parent_id
    ) select from ancestor where ancestor.of = ${allowed}))`;
}

/** Returns the SQL condition that the request may see the row of `worker`: the worker executes a pipeline of one of the names. */
export function seesWorker({ names }: Access, params: unknown[]): string {
  if (names === null) return 'true';
  return `exists (select from jsonb_array_elements(worker.pipelines) as executed
    where executed ->> 'name' = any($${params.push(names)}::text[]))`;
}

/** Returns the SQL condition that the request may see the row of `file`. */
export function seesFile({ names }: Access, params: unknown[]): string {
  return names === null ? 'true' : `file.pipeline = any($${params.push(names)}::text[])`;
}

/** Returns the SQL condition that the request may see the row of `batch`. */
export function seesBatch({ names }: Access, params: unknown[]): string {
  return names === null ? 'true' : `batch.pipeline = any($${params.push(names)}::text[])`;
}
