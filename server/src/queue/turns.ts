import type { Queryable } from '../store/db/db.js';
import type { TurnOf } from './queue.js';
import { bossSchema } from './start-boss.js';

/** The priority of jobs that do not wait for a turn: the next steps of files that have begun. */
export const begunPriority = 1;

/** The maximum number of names to remember. */
const maxNames = 10_000;
/** How many of an account's jobs in a turn have an order. Those after them share the last place. */
const places = 16;
/** The smallest integer of PostgreSQL whose negative is one as well. */
const lowestPriority = -(2 ** 31) + 1;

/** The last job of a name. */
interface LastJob {
  readonly turn: number;
  /** How many jobs of the name are in this turn. */
  readonly jobs: number;
}

/**
 * Gives waiting jobs their turns. The jobs of one name have turns that follow one another, and the first of them has the turn that
 * is next. So a name's many jobs keep another name's single one waiting for only one job of each name.
 *
 * Within a turn, accounts alternate: the first job of each account goes before the second job of any. An account has as many places
 * in a turn as another account has names, so that many names get an account no larger share.
 *
 * Each server process has its own memory. After a restart, new jobs of a name can go before some of its earlier ones.
 */
export class Turns {
  /** The names that have turns, by account. */
  readonly #accounts = new Map<string, Map<string, LastJob>>();

  /** @returns The priorities of a name's new jobs. That of a later turn is lower, and none is above 0. */
  async take(tx: Queryable, { account, name }: TurnOf, count: number): Promise<number[]> {
    const next = await findNextTurn(tx);
    // if nothing waits, all turns have passed
    this.#forgetBefore(next ?? Infinity);
    const names = this.#accounts.get(account) ?? new Map<string, LastJob>();
    let { turn, jobs } = names.get(name) ?? { turn: next ?? 0, jobs: 0 };
    names.delete(name);
    // only an account with several names gets others more than one job in a turn
    const others = [...this.#accounts.values()]
      .filter((theirs) => theirs !== names && theirs.size > 1)
      .map((theirs) => new Names(theirs));
    const own = new Names(names);
    const priorities: number[] = [];
    while (priorities.length < count) {
      const before = own.countFrom(turn);
      let share = 1;
      for (const theirs of others) share = Math.max(share, Math.floor(theirs.countFrom(turn) / (before + 1)));
      if (jobs < share) {
        priorities.push(Math.max(lowestPriority, -(turn * places + Math.min(before + jobs, places - 1))));
        jobs++;
      } else {
        turn++;
        jobs = 0;
      }
    }
    this.#remember(account, names.set(name, { turn, jobs }));
    return priorities;
  }

  #forgetBefore(next: number): void {
    for (const [account, names] of this.#accounts) {
      for (const [name, { turn }] of names) if (turn < next) names.delete(name);
      if (names.size === 0) this.#accounts.delete(account);
    }
  }

  #remember(account: string, names: Map<string, LastJob>): void {
    // the account and the name that took a turn last are at the end
    this.#accounts.delete(account);
    this.#accounts.set(account, names);
    const count = [...this.#accounts.values()].reduce((sum, { size }) => sum + size, 0);
    if (count <= maxNames) return;
    for (const oldest of this.#accounts.values()) {
      for (const name of oldest.keys()) {
        oldest.delete(name);
        return;
      }
    }
  }
}

/** Counts the names whose turns reach so far. Must be asked for one turn after the other. */
class Names {
  /** The last turns of the names, from `#from` on. */
  #turns: readonly number[];
  #from = -1;

  constructor(names: ReadonlyMap<string, LastJob>) {
    this.#turns = Array.from(names.values(), ({ turn }) => turn);
  }

  countFrom(turn: number): number {
    if (turn !== this.#from) this.#turns = this.#turns.filter((last) => last >= turn);
    this.#from = turn;
    return this.#turns.length;
  }
}

/** Returns the turn that is next, or `undefined` if no job waits for its turn. Reads one entry of an index for each queue. */
async function findNextTurn(tx: Queryable): Promise<number | undefined> {
  const { rows } = await tx.query<{ turn: number | null }>(
    `select -max(job.priority) / ${places} as turn from ${bossSchema}.queue cross join lateral (
       select priority from ${bossSchema}.job
       where job.name = queue.name and state < 'active' and not blocked and priority <= 0
       order by priority desc limit 1) job`,
  );
  return rows[0]?.turn ?? undefined;
}
