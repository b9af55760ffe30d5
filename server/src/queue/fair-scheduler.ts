import type { Queryable } from '../store/db/db.js';
import type { FairnessKey } from './queue.js';
import { bossSchema } from './start-boss.js';

/** The priority of jobs without a fairness key, such as the later steps of a file. Higher than the priority of any job with a key. */
export const defaultPriority = 1;

/** The maximum number of pipeline names to track. */
const maxNames = 10_000;
/** The number of slots in a turn, each with its own priority. Further jobs of an account share the last slot. */
const slotsPerTurn = 16;
/** The smallest PostgreSQL integer that can be negated without an overflow. */
const lowestPriority = -(2 ** 31) + 1;

/** The last turn assigned to a name's jobs. */
interface LastTurn {
  readonly turn: number;
  /** The number of the name's jobs in this turn. */
  readonly jobCount: number;
}

/**
 * Assigns turns to jobs. The jobs of a pipeline name are spread over consecutive turns. A new name begins with the earliest turn that has
 * waiting jobs, so its first job goes before other names' jobs in later turns.
 *
 * Within a turn, accounts alternate: the first job of each account goes before the second job of any account. In each turn, every account
 * can have up to N jobs, where N is the largest number of names that any account uses, so that using many names does not give an account a
 * larger share.
 *
 * Each server process tracks only the turns that it has assigned. After a restart, a name's new jobs can go before some of its earlier
 * jobs.
 */
export class FairScheduler {
  /** The last turns, by account and name. The accounts, and the names of each account, are sorted from least to most recently used. */
  readonly #namesByAccount = new Map<string, Map<string, LastTurn>>();

  /** Assigns turns to a name's new jobs. @returns The jobs' priorities: at most 0, and lower for later turns. */
  async assignPriorities(tx: Queryable, { account, name }: FairnessKey, count: number): Promise<number[]> {
    const earliestTurn = await findEarliestTurn(tx);
    // if no job waits for a turn, all assigned turns are over
    this.#dropBefore(earliestTurn ?? Infinity);
    const names = this.#namesByAccount.get(account) ?? new Map<string, LastTurn>();
    let { turn, jobCount } = names.get(name) ?? { turn: earliestTurn ?? 0, jobCount: 0 };
    names.delete(name);
    // skip accounts with only one name, because they cannot raise the share above one
    const otherCounters = [...this.#namesByAccount.values()]
      .filter((otherNames) => otherNames !== names && otherNames.size > 1)
      .map((otherNames) => new NameCounter(otherNames));
    const ownCounter = new NameCounter(names);
    const priorities: number[] = [];
    while (priorities.length < count) {
      const otherOwnNameCount = ownCounter.countFrom(turn);
      let share = 1;
      for (const counter of otherCounters)
        share = Math.max(share, Math.floor(counter.countFrom(turn) / (otherOwnNameCount + 1)));
      if (jobCount < share) {
        priorities.push(
          Math.max(lowestPriority, -(turn * slotsPerTurn + Math.min(otherOwnNameCount + jobCount, slotsPerTurn - 1))),
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

  #dropBefore(earliestTurn: number): void {
    for (const [account, names] of this.#namesByAccount) {
      for (const [name, { turn }] of names) if (turn < earliestTurn) names.delete(name);
      if (names.size === 0) this.#namesByAccount.delete(account);
    }
  }

  #track(account: string, names: Map<string, LastTurn>): void {
    // move the account to the end, so that its names are dropped last
    this.#namesByAccount.delete(account);
    this.#namesByAccount.set(account, names);
    const count = [...this.#namesByAccount.values()].reduce((sum, { size }) => sum + size, 0);
    if (count <= maxNames) return;
    for (const oldestNames of this.#namesByAccount.values()) {
      for (const name of oldestNames.keys()) {
        oldestNames.delete(name);
        return;
      }
    }
  }
}

/** Counts an account's names that have jobs in a turn or in later turns. `countFrom` must be called with ascending turns. */
class NameCounter {
  /** The last turn of each name that has jobs in turn `#from` or later. */
  #lastTurns: readonly number[];
  #from = -1;

  constructor(names: ReadonlyMap<string, LastTurn>) {
    this.#lastTurns = Array.from(names.values(), ({ turn }) => turn);
  }

  countFrom(turn: number): number {
    if (turn !== this.#from) this.#lastTurns = this.#lastTurns.filter((last) => last >= turn);
    this.#from = turn;
    return this.#lastTurns.length;
  }
}

/** Returns the earliest turn that has waiting jobs, or `undefined` if no job waits for a turn. Reads only one index entry per queue. */
async function findEarliestTurn(tx: Queryable): Promise<number | undefined> {
  const { rows } = await tx.query<{ turn: number | null }>(
    `select -max(job.priority) / ${slotsPerTurn} as turn from ${bossSchema}.queue cross join lateral (
       select priority from ${bossSchema}.job
       where job.name = queue.name and state < 'active' and not blocked and priority <= 0
       order by priority desc limit 1) job`,
  );
  return rows[0]?.turn ?? undefined;
}
