import type { PgBoss } from 'pg-boss';
import type { Db } from '../store/db/db.js';

const intervalMs = 2_000;
const cleaningIntervalMs = 10_000;

/**
 * Finds jobs with expired leases, and has pg-boss return them to their queues. Every 10 s, it also has pg-boss delete finished
 * jobs. It replaces pg-boss's own supervisor, which would make several writes every two seconds, even with nothing to do.
 */
export class BossSupervisor {
  readonly #db: Db;
  readonly #boss: PgBoss;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();
  #nextCleaning = 0;

  constructor(db: Db, boss: PgBoss, onError: (error: Error) => void) {
    this.#db = db;
    this.#boss = boss;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#pass = this.#run().catch(this.#onError);
      void this.#pass.then(() => this.#timer !== undefined && this.start());
    }, intervalMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#pass;
  }

  async #run(): Promise<void> {
    await this.#forgetFuture();
    for (const queue of await this.#dueQueues()) await this.#boss.supervise(queue);
  }

  /**
   * Resets start and heartbeat times that are in the future, because the clock was set back, to the current time. A running job is not
   * affected, because its worker renews the lease.
   */
  async #forgetFuture(): Promise<void> {
    await this.#db.query(
      `update boss.job set start_after = least(start_after, now()), heartbeat_on = least(heartbeat_on, now())
       where state = 'retry' and start_after > now() + interval '1s'
          or state = 'active' and heartbeat_on > now() + interval '1s'`,
    );
  }

  async #dueQueues(): Promise<string[]> {
    const clean = Date.now() >= this.#nextCleaning;
    if (clean) this.#nextCleaning = Date.now() + cleaningIntervalMs;
    const { rows } = await this.#db.query<{ name: string }>(
      `select distinct name from boss.job
       where state = 'active' and (heartbeat_on + heartbeat_seconds * interval '1s' < now()
                                   or started_on + expire_seconds * interval '1s' < now())
          or $1 and state > 'active' and completed_on + deletion_seconds * interval '1s' < now()`,
      [clean],
    );
    return rows.map(({ name }) => name);
  }
}
