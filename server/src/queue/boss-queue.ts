import type { PgBoss } from 'pg-boss';
import type { Db, Queryable } from '../store/db/db.js';
import { BossSupervisor } from './boss-supervisor.js';
import type { ClaimedJob, Queue, SendOptions, StepJob } from './queue.js';
import { findReadyQueues } from './find-ready.js';
import { deadLetterQueue, deadLetterQueueOptions, hasDifferentOptions, stepQueueOptions } from './queue-options.js';
import { defaultPriority, FairScheduler } from './fair-scheduler.js';
import { asBossDatabase, bossSchema, startBoss } from './start-boss.js';

const wakeChannel = 'millrace_wake';
/**
 * How far the clock can be set back without delaying a job that was sent without a delay, in milliseconds. Must be much less than the
 * retention period, which begins at a job's `startAfter` time.
 */
const clockMarginMs = 365 * 86_400_000;

interface OpenQueueOptions {
  /** Called when a background operation fails. The operation is retried. @default errors are ignored */
  readonly onError?: (error: Error) => void;
}

/** A job from pg-boss. pg-boss calls that receive a job's id and retry count affect only that attempt. */
interface BossJob {
  readonly id: string;
  readonly name: string;
  readonly data: StepJob;
  readonly retryCount: number;
}

/** Opens the durable queues in the database, creating their tables if necessary. */
export async function openQueue(db: Db, { onError = () => undefined }: OpenQueueOptions = {}): Promise<Queue> {
  const boss = await startBoss(db, onError);
  const queue = new BossQueue(db, boss, new BossSupervisor(db, boss, onError));
  await queue.start();
  return queue;
}

class BossQueue implements Queue {
  readonly #db: Db;
  readonly #boss: PgBoss;
  readonly #supervisor: BossSupervisor;
  readonly #ensured = new Set<string>();
  readonly #scheduler = new FairScheduler();
  readonly #listeners = new Set<(queue: string) => void>();
  #stopListening: (() => Promise<void>) | undefined;
  /** The queues that existed at startup, by name. pg-boss caches their definitions when it starts. */
  #existingQueues = new Map<string, object>();

  constructor(db: Db, boss: PgBoss, supervisor: BossSupervisor) {
    this.#db = db;
    this.#boss = boss;
    this.#supervisor = supervisor;
  }

  async start(): Promise<void> {
    this.#existingQueues = new Map((await this.#boss.getQueues()).map((queue) => [queue.name, queue]));
    await this.#createOrUpdate(deadLetterQueue, deadLetterQueueOptions);
    this.#stopListening = await this.#db.listen(
      wakeChannel,
      (queue) => this.#notifyListeners(queue),
      // after a reconnection, notify the listeners about all queues, because notifications sent while the connection was down are lost
      () => this.#ensured.forEach((queue) => this.#notifyListeners(queue)),
    );
    this.#supervisor.start();
  }

  async ensureQueues(queues: readonly string[]): Promise<void> {
    for (const name of queues) {
      if (!this.#ensured.has(name)) await this.#createOrUpdate(name, stepQueueOptions);
      this.#ensured.add(name);
    }
  }

  async #createOrUpdate(name: string, options: typeof stepQueueOptions | typeof deadLetterQueueOptions): Promise<void> {
    const existing = this.#existingQueues.get(name);
    if (existing === undefined) await this.#boss.createQueue(name, options);
    else if (hasDifferentOptions(existing, options)) await this.#boss.updateQueue(name, options);
    // another server may have created the queue after pg-boss cached the definitions; the embedded database has only one server
    else if (this.#db.backend === 'pglite') return;
    await this.#cacheDefinition(name);
  }

  async send(
    tx: Queryable,
    queue: string,
    jobs: readonly StepJob[],
    { delaySeconds = 0, fairnessKey }: SendOptions = {},
  ): Promise<void> {
    this.#assertEnsured(queue);
    // without a delay, use a start time in the past, so that the job can start even if the clock is set back
    const startAfter = delaySeconds > 0 ? delaySeconds : new Date(Date.now() - clockMarginMs);
    const priorities =
      fairnessKey === undefined ? [] : await this.#scheduler.assignPriorities(tx, fairnessKey, jobs.length);
    await Promise.all([
      this.#boss.insert(
        queue,
        jobs.map((data, i) => ({ data, startAfter, priority: priorities[i] ?? defaultPriority })),
        { db: asBossDatabase(tx) },
      ),
      tx.query('select pg_notify($1, $2)', [wakeChannel, queue]),
    ]);
  }

  async claim<T>(
    queues: readonly string[],
    getLimit: (queue: string) => number,
    startJobs: (tx: Queryable, jobs: readonly ClaimedJob[]) => Promise<readonly T[]>,
    onReady: (queues: readonly string[]) => void = () => undefined,
  ): Promise<readonly { readonly job: ClaimedJob; readonly started: T }[]> {
    for (let candidates = queues; ;) {
      if (candidates.length > 1) candidates = await findReadyQueues(this.#db, candidates);
      const [queue] = candidates;
      if (queue === undefined) return [];
      this.#assertEnsured(queue);
      // round down to a power of two to limit the number of prepared statements, because the SQL contains the batch size
      const batchSize = 2 ** Math.floor(Math.log2(getLimit(queue)));
      const claimed = await this.#db.tx(
        async (tx) => {
          const jobs = await this.#boss.fetch<StepJob>(queue, { batchSize, db: asBossDatabase(tx) });
          if (jobs.length === 0) return [];
          const claims = jobs.map((job) => new BossClaim(job));
          const started = await startJobs(tx, claims);
          return claims.map((job, i) => ({ job, started: started[i] as T }));
        },
        { durable: false },
      );
      if (claimed.length > 0) {
        onReady(candidates);
        return claimed;
      }
      // the queue is empty, or other workers have claimed or are claiming its jobs, so try the other queues
      candidates = candidates.filter((name) => name !== queue);
    }
  }

  async complete(tx: Queryable, jobs: readonly ClaimedJob[]): Promise<boolean> {
    const db = asBossDatabase(tx);
    const counts = [...new Set(jobs.map(({ queue }) => queue))].map(async (queue) => {
      const attempts = jobs.filter((job) => job.queue === queue).map(toAttempt);
      return getChangedCount(await this.#boss.complete(queue, attempts, null, { db }));
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0) === jobs.length;
  }

  async renewLeases(jobs: readonly ClaimedJob[]): Promise<readonly ClaimedJob[]> {
    const renewed = await Promise.all(
      [...new Set(jobs.map(({ queue }) => queue))].map(async (queue) => {
        const attempts = jobs.filter((job) => job.queue === queue).map(toAttempt);
        return getChangedIds(await this.#boss.touch(queue, attempts));
      }),
    );
    const ids = new Set(renewed.flat());
    return jobs.filter(({ id }) => !ids.has(id));
  }

  async release(job: ClaimedJob): Promise<void> {
    await this.#db.tx(async (tx) => {
      if (await this.complete(tx, [job])) await this.send(tx, job.queue, [job.data]);
    });
  }

  async expireAllLeases(): Promise<number> {
    const { rows } = await this.#db.query<BossJob>(
      `select id, name, retry_count as "retryCount" from ${bossSchema}.job where state = 'active'`,
    );
    for (const job of rows) await this.#boss.fail(job.name, [job], { message: 'the server stopped' });
    return rows.length;
  }

  async takeDeadLetterJobs(tx: Queryable, limit: number): Promise<StepJob[]> {
    const db = asBossDatabase(tx);
    const jobs = await this.#boss.fetch<StepJob>(deadLetterQueue, { batchSize: limit, db });
    if (jobs.length > 0) await this.#boss.complete(deadLetterQueue, jobs, null, { db });
    return jobs.map(({ data }) => data);
  }

  onJobsAvailable(listener: (queue: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#supervisor.stop();
    await this.#stopListening?.();
    await this.#boss.stop({ graceful: false, close: false });
  }

  #notifyListeners(queue: string): void {
    for (const listener of [...this.#listeners]) listener(queue);
  }

  /**
   * Makes pg-boss cache a queue's definition. Otherwise, the first use of the queue inside a transaction would make pg-boss call
   * `db.query`, which throws there. Unlike `createQueue` and `updateQueue`, `touch` caches the definition. The id matches no job.
   */
  async #cacheDefinition(queue: string): Promise<void> {
    await this.#boss.touch(queue, '00000000-0000-0000-0000-000000000000');
  }

  #assertEnsured(queue: string): void {
    if (this.#ensured.has(queue)) return;
    throw new Error(`Unknown queue "${queue}". Call ensureQueues() with its name first.`);
  }
}

class BossClaim implements ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly data: StepJob;
  readonly lostWorkerCount: number;

  constructor(job: BossJob) {
    this.id = job.id;
    this.queue = job.name;
    this.data = job.data;
    this.lostWorkerCount = job.retryCount;
  }
}

function toAttempt(job: ClaimedJob): { id: string; retryCount: number } {
  return { id: job.id, retryCount: job.lostWorkerCount };
}

/** Returns the ids of the jobs that a pg-boss call changed. pg-boss's types do not declare `settled`. */
function getChangedIds(response: object): readonly string[] {
  return (response as { settled: string[] }).settled;
}

/** Returns how many jobs a pg-boss call changed. pg-boss's types do not declare `affected`. */
function getChangedCount(response: object): number {
  return (response as { affected: number }).affected;
}
