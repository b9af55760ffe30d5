import type { PgBoss } from 'pg-boss';
import type { Db } from '../store/db/db.js';

const intervalMs = 2_000;
const cleanupIntervalMs = 10_000;

/**
 * Every 2 s, makes pg-boss requeue jobs with expired leases, or fail them if they have no retries left. Every 10 s, also makes it delete
 * finished jobs that are past their retention. Replaces pg-boss's own supervisor, which would write several times every 2 s even if there
 * is nothing to do.
 */
export class BossSupervisor {
  readonly #db: Db;
  readonly #boss: PgBoss;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #currentRun: Promise<void> = Promise.resolve();
  /** In milliseconds of the monotonic clock, because the system's clock can be set back. */
  #nextCleanupAt = 0;

  constructor(db: Db, boss: PgBoss, onError: (error: Error) => void) {
    this.#db = db;
    this.#boss = boss;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#currentRun = this.#run().catch(this.#onError);
      void this.#currentRun.then(() => this.#timer !== undefined && this.start());
    }, intervalMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#currentRun;
  }

  async #run(): Promise<void> {
    await this.#resetFutureTimes();
    for (const queue of await this.#findQueuesToSupervise()) await this.#boss.supervise(queue);
  }

  /**
   * If the start time of a job waiting for a retry, or the heartbeat time of a running job, is in the future because the clock was set
   * back, sets that time to the current time. A running job keeps its lease as long as its worker renews the lease.
   */
  async #resetFutureTimes(): Promise<void> {
    await this.#db.query(
      `update boss.job set start_after = least(start_after, now()), heartbeat_on = least(heartbeat_on, now())
       where state = 'retry' and start_after > now() + interval '1s'
          or state = 'active' and heartbeat_on > now() + interval '1s'`,
    );
  }

  async #findQueuesToSupervise(): Promise<string[]> {
    const now = performance.now();
    const isCleanupDue = now >= this.#nextCleanupAt;
    if (isCleanupDue) this.#nextCleanupAt = now + cleanupIntervalMs;
    const { rows } = await this.#db.query<{ name: string }>(
      `select distinct name from boss.job
       where state = 'active' and (heartbeat_on + heartbeat_seconds * interval '1s' < now()
                                   or started_on + expire_seconds * interval '1s' < now())
          or $1 and state > 'active' and completed_on + deletion_seconds * interval '1s' < now()`,
      [isCleanupDue],
    );
    return rows.map(({ name }) => name);
  }
}
