import { PgBoss } from 'pg-boss';
import type { Db, Queryable } from '../store/db/db.js';
import { affectedBy, asBossDatabase } from './boss-database.js';
import { LostWorkers } from './lost-workers.js';
import type { ClaimedJob, Queue, StepJob } from './queue.js';

export const bossSchema = 'boss';
const wakeChannel = 'millrace_wake';
/** Where pg-boss puts a copy of a job whose workers were lost too often. */
const exhaustedQueue = 'exhausted';

/** Only lost workers count as retries: a step that failed ends its job. */
const lostWorkersAllowed = 4;
const longTime = 10 * 365 * 86_400;

const queueOptions = {
  retryLimit: lostWorkersAllowed,
  retryDelay: 0,
  // the shortest that pg-boss allows
  heartbeatSeconds: 10,
  // the longest that pg-boss allows
  expireInSeconds: 86_400,
  // a job waits for a worker that has its module for as long as it takes
  retentionSeconds: longTime,
  deleteAfterSeconds: 10,
  deadLetter: exhaustedQueue,
} as const;

const exhaustedOptions = { retentionSeconds: longTime, deleteAfterSeconds: 10 } as const;

export interface OpenQueueOptions {
  /** Told of failures in the background, which are tried again; by default they are ignored. */
  readonly onError?: (error: Error) => void;
}

/** A job as pg-boss hands it out: passed back whole, it is fenced to this attempt. */
interface BossJob {
  readonly id: string;
  readonly name: string;
  readonly data: StepJob;
  readonly retryCount: number;
}

/** Opens the durable queue in the database, and makes its tables where they are missing. */
export async function openQueue(db: Db, { onError = () => undefined }: OpenQueueOptions = {}): Promise<Queue> {
  const boss = await startBoss(db, onError);
  const queue = new BossQueue(db, boss, new LostWorkers(db, boss, onError));
  await queue.start();
  return queue;
}

const uniqueViolation = '23505';

/**
 * Of two processes that find no tables at the same moment, PostgreSQL lets one make them: `if not exists` may look at the
 * catalogue as it was before it waited for the other. The second finds them when it tries again.
 */
async function startBoss(db: Db, onError: (error: Error) => void): Promise<PgBoss> {
  const start = async (): Promise<PgBoss> => {
    const boss = newBoss(db);
    boss.on('error', onError);
    await boss.start();
    return boss;
  };
  try {
    return await start();
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    return start();
  }
}

function newBoss(db: Db): PgBoss {
  return new PgBoss({
    db: asBossDatabase(db),
    backend: db.backend,
    schema: bossSchema,
    schedule: false,
    // its timer would write every two seconds; LostWorkers asks first, and writes only when there is something to do
    supervise: false,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 10,
    bamIntervalSeconds: 3600,
    monitorVacuum: false,
    // rebuilds bloated indexes beside the running work, which takes more than one session
    reindex: db.backend === 'postgres',
  });
}

class BossQueue implements Queue {
  readonly #db: Db;
  readonly #boss: PgBoss;
  readonly #lostWorkers: LostWorkers;
  readonly #ready = new Set<string>();
  readonly #listeners = new Set<(queue: string) => void>();
  #stopListening: (() => Promise<void>) | undefined;
  /** As they were found at the start; pg-boss has those in memory. */
  #found = new Map<string, object>();

  constructor(db: Db, boss: PgBoss, lostWorkers: LostWorkers) {
    this.#db = db;
    this.#boss = boss;
    this.#lostWorkers = lostWorkers;
  }

  async start(): Promise<void> {
    this.#found = new Map((await this.#boss.getQueues()).map((queue) => [queue.name, queue]));
    await this.#open(exhaustedQueue, exhaustedOptions);
    this.#stopListening = await this.#db.listen(
      wakeChannel,
      (queue) => this.#wake(queue),
      // what was sent while the connection was lost woke nobody
      () => this.#ready.forEach((queue) => this.#wake(queue)),
    );
    this.#lostWorkers.start();
  }

  async ensure(queues: readonly string[]): Promise<void> {
    for (const name of queues) {
      if (!this.#ready.has(name)) await this.#open(name, queueOptions);
      this.#ready.add(name);
    }
  }

  async #open(name: string, options: typeof queueOptions | typeof exhaustedOptions): Promise<void> {
    const found = this.#found.get(name);
    if (found !== undefined && !hasOtherOptions(found, options)) return;
    if (found === undefined) await this.#boss.createQueue(name, options);
    else await this.#boss.updateQueue(name, options);
    await this.#warm(name);
  }

  async send(tx: Queryable, queue: string, job: StepJob, options: { delaySeconds?: number } = {}): Promise<void> {
    this.#refuseUnknown(queue);
    const { delaySeconds = 0 } = options;
    await Promise.all([
      this.#boss.send(queue, job, { db: asBossDatabase(tx), startAfter: delaySeconds }),
      tx.query('select pg_notify($1, $2)', [wakeChannel, queue]),
    ]);
  }

  async claim<T>(
    queues: readonly string[],
    begin: (tx: Queryable, job: ClaimedJob) => Promise<T>,
  ): Promise<{ job: ClaimedJob; begun: T } | undefined> {
    for (let candidates = queues; ;) {
      const queue = candidates.length > 1 ? await this.#oldestReady(candidates) : candidates[0];
      if (queue === undefined) return undefined;
      this.#refuseUnknown(queue);
      const claimed = await this.#db.tx(
        async (tx) => {
          const [job] = await this.#boss.fetch<StepJob>(queue, { db: asBossDatabase(tx) });
          if (!job) return undefined;
          const claim = new BossClaim(job);
          return { job: claim, begun: await begin(tx, claim) };
        },
        { durable: false },
      );
      if (claimed !== undefined) return claimed;
      // another worker was faster, or stands still in the middle of its claim: there may be more elsewhere
      candidates = candidates.filter((name) => name !== queue);
    }
  }

  async complete(tx: Queryable, job: ClaimedJob): Promise<boolean> {
    return affectedBy(await this.#boss.complete(job.queue, asAttempt(job), null, { db: asBossDatabase(tx) })) === 1;
  }

  async touch(job: ClaimedJob): Promise<boolean> {
    return affectedBy(await this.#boss.touch(job.queue, asAttempt(job))) === 1;
  }

  async release(job: ClaimedJob): Promise<void> {
    await this.#db.tx(async (tx) => {
      if (await this.complete(tx, job)) await this.send(tx, job.queue, job.data);
    });
  }

  async releaseAll(): Promise<number> {
    const { rows } = await this.#db.query<BossJob>(
      `select id, name, retry_count as "retryCount" from ${bossSchema}.job where state = 'active'`,
    );
    for (const job of rows) await this.#boss.fail(job.name, [job], { message: 'the server stopped' });
    return rows.length;
  }

  async takeExhausted(tx: Queryable, limit: number): Promise<StepJob[]> {
    const db = asBossDatabase(tx);
    const jobs = await this.#boss.fetch<StepJob>(exhaustedQueue, { batchSize: limit, db });
    if (jobs.length > 0) await this.#boss.complete(exhaustedQueue, jobs, null, { db });
    return jobs.map(({ data }) => data);
  }

  onWake(listener: (queue: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#lostWorkers.stop();
    await this.#stopListening?.();
    await this.#boss.stop({ graceful: false, close: false });
  }

  #wake(queue: string): void {
    for (const listener of [...this.#listeners]) listener(queue);
  }

  /** Answered from an index and without a write: an idle worker asks once a second. */
  async #oldestReady(queues: readonly string[]): Promise<string | undefined> {
    const { rows } = await this.#db.query<{ name: string }>(
      `select job.name from unnest($1::text[]) as queue (name)
       cross join lateral (
         select name, created_on from ${bossSchema}.job
         where job.name = queue.name and state < 'active' and not blocked and start_after <= now()
         order by priority desc, created_on limit 1
       ) as job
       order by job.created_on limit 1`,
      [queues],
    );
    return rows[0]?.name;
  }

  /**
   * pg-boss asks the database itself for a queue that it does not have in memory, which inside a transaction would wait
   * for ever on the embedded database. What it finds at its start it has there; `createQueue` and `updateQueue` put
   * nothing there, any other call does.
   */
  async #warm(queue: string): Promise<void> {
    await this.#boss.touch(queue, '00000000-0000-0000-0000-000000000000');
  }

  #refuseUnknown(queue: string): void {
    if (this.#ready.has(queue)) return;
    throw new Error(`Expected the queue "${queue}" to be one that ensure() was called with. Call it first.`);
  }
}

class BossClaim implements ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly data: StepJob;
  readonly lost: number;

  constructor(job: BossJob) {
    this.id = job.id;
    this.queue = job.name;
    this.data = job.data;
    this.lost = job.retryCount;
  }
}

/** An earlier release may have made the queue. */
function hasOtherOptions(queue: object, options: object): boolean {
  return Object.entries(options).some(([name, value]) => (queue as Record<string, unknown>)[name] !== value);
}

function asAttempt(job: ClaimedJob): { id: string; retryCount: number } {
  return { id: job.id, retryCount: job.lost };
}
