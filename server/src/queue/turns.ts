import type { Queryable } from '../store/db/db.js';
import { bossSchema } from './start-boss.js';

/** The priority of jobs that do not wait for a turn: the next steps of files that have begun. */
export const begunPriority = 1;

/** The maximum number of names to remember. */
const maxNames = 10_000;

/**
 * Gives waiting jobs their turns. The jobs of one name have turns that follow one another, and the first of them has the turn that
 * is next. So a name's many jobs keep another name's single one waiting for only one job of each name.
 *
 * Each server process has its own memory. After a restart, new jobs of a name can go before some of its earlier ones.
 */
export class Turns {
  /** The last turn of each name. */
  readonly #last = new Map<string, number>();

  /** @returns The priorities of a name's new jobs. That of a later turn is lower, and none is above 0. */
  async take(tx: Queryable, name: string, count: number): Promise<number[]> {
    const next = await findNextTurn(tx);
    // nothing waits, so all turns have passed
    if (next === undefined) this.#last.clear();
    const first = Math.max(next ?? 0, (this.#last.get(name) ?? -1) + 1);
    this.#remember(name, first + count - 1);
    return Array.from({ length: count }, (_, i) => -(first + i));
  }

  #remember(name: string, turn: number): void {
    this.#last.delete(name);
    this.#last.set(name, turn);
    if (this.#last.size <= maxNames) return;
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      return;
    }
  }
}

/** Returns the turn that is next, or `undefined` if no job waits for its turn. Reads one entry of an index for each queue. */
async function findNextTurn(tx: Queryable): Promise<number | undefined> {
  const { rows } = await tx.query<{ turn: number | null }>(
    `select -max(job.priority) as turn from ${bossSchema}.queue cross join lateral (
       select priority from ${bossSchema}.job
       where job.name = queue.name and state < 'active' and not blocked and priority <= 0
       order by priority desc limit 1) job`,
  );
  return rows[0]?.turn ?? undefined;
}
