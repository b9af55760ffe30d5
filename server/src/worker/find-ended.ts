import type { EngineContext } from '../engine/engine-context.js';

/** Which of these runs are over, or gone. */
export async function findEnded({ db }: EngineContext, runIds: readonly string[]): Promise<string[]> {
  if (runIds.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    `select candidate.id from unnest($1::uuid[]) as candidate (id) where not exists (
       select from run where run.id = candidate.id and state in ('pending', 'running', 'retrying'))`,
    [runIds],
  );
  return rows.map(({ id }) => id);
}
