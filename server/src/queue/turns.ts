import type { Queryable } from '../store/db/db.js';
import type { TurnKey } from './queue.js';
import { bossSchema } from './start-boss.js';

/** The priority of jobs that do not wait for a turn, such as the later steps of a file. */
export const begunPriority = 1;

/** The maximum number of names to track. */
const maxNames = 10_000;
/** The number of slots in a turn, each with its own priority. Further jobs of an account share the last slot. */
const slotsPerTurn = 16;
/** The smallest PostgreSQL integer that can be negated without an overflow. */
const lowestPriority = -(2 ** 31) + 1;

/** The turn of a name's last job. */
interface LastJob {
  readonly turn: number;
  /** The number of the name's jobs in this turn. */
  readonly jobCount: number;
}

/**
 * Assigns turns to waiting jobs. The jobs of a name are spread over consecutive turns, beginning with the next turn. A name's first job
 * therefore waits only for the other jobs in that turn, however many jobs the other names have.
 *
 * Within a turn, accounts alternate: the first job of each account goes before the second job of any account. Each account can have as
 * many jobs in a turn as the account with the most names, so that an account does not get a larger share by using many names.
 *
 * Each server process tracks only the turns that it assigned. After a restart, a name's new jobs can go before some of its earlier jobs.
 */
export class Turns {
  /** Each name's last job, by account and name. The most recently used accounts and names are last. */
  readonly #accounts = new Map<string, Map<string, LastJob>>();

  /** Assigns turns to a name's new jobs. @returns The jobs' priorities: at most 0, and lower for later turns. */
  async assign(tx: Queryable, { account, name }: TurnKey, count: number): Promise<number[]> {
    const next = await findNextTurn(tx);
    // if no job waits for its turn, all turns have passed
    this.#dropBefore(next ?? Infinity);
    const names = this.#accounts.get(account) ?? new Map<string, LastJob>();
    let { turn, jobCount } = names.get(name) ?? { turn: next ?? 0, jobCount: 0 };
    names.delete(name);
    // an account with a single name does not entitle other accounts to more than one job in a turn
    const otherCounters = [...this.#accounts.values()]
      .filter((otherNames) => otherNames !== names && otherNames.size > 1)
      .map((otherNames) => new NameCounter(otherNames));
    const ownCounter = new NameCounter(names);
    const priorities: number[] = [];
    while (priorities.length < count) {
      const ownNames = ownCounter.countFrom(turn);
      let share = 1;
      for (const counter of otherCounters)
        share = Math.max(share, Math.floor(counter.countFrom(turn) / (ownNames + 1)));
      if (jobCount < share) {
        priorities.push(
          Math.max(lowestPriority, -(turn * slotsPerTurn + Math.min(ownNames + jobCount, slotsPerTurn - 1))),
        );
        jobCount++;
      } else {
        turn++;
        jobCount = 0;
      }
    }
    this.#track(account, names.set(name, { turn, jobCount }));
    return priorities;
  }

  #dropBefore(next: number): void {
    for (const [account, names] of this.#accounts) {
      for (const [name, { turn }] of names) if (turn < next) names.delete(name);
      if (names.size === 0) this.#accounts.delete(account);
    }
  }

  #track(account: string, names: Map<string, LastJob>): void {
    // move the account to the end, because the oldest entries are dropped first
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

/** Counts the names that still have jobs at a turn or later. Turns must be passed in ascending order. */
class NameCounter {
  /** The last turns of the names that still have jobs at `#from` or later. */
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

/** Returns the next turn, or `undefined` if no job waits for its turn. Reads only one index entry per queue. */
async function findNextTurn(tx: Queryable): Promise<number | undefined> {
  const { rows } = await tx.query<{ turn: number | null }>(
    `select -max(job.priority) / ${slotsPerTurn} as turn from ${bossSchema}.queue cross join lateral (
       select priority from ${bossSchema}.job
       where job.name = queue.name and state < 'active' and not blocked and priority <= 0
       order by priority desc limit 1) job`,
  );
  return rows[0]?.turn ?? undefined;
}
