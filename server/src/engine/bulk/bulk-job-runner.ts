import { runForCaller } from '../../store/db/caller.js';
import { DatabaseUnavailableError } from '../../store/db/database-unavailable.js';
import type { Queryable } from '../../store/db/db.js';
import type { Access } from '../../store/tables/access.js';
import { bulkJobColumns, type BulkJobRow } from '../../store/tables/bulk-jobs.js';
import { findRunState } from '../../store/tables/runs.js';
import type { Logger } from '../../system/logger.js';
import { assertCanApply } from '../again/find-refusals.js';
import { rerunRunInTransaction } from '../again/rerun-run.js';
import { resumeRunInTransaction } from '../again/resume-run.js';
import { cancelRunInTransaction } from '../cancel-run.js';
import { deleteRunInTransaction } from '../delete-run.js';
import type { EngineContext } from '../engine-context.js';
import { EngineError } from '../engine-error.js';
import { InterruptibleSleep } from '../wait-until.js';
import { unknownRunReason } from './start-bulk.js';

/** How often to poll for jobs that another server has created or abandoned, in milliseconds. */
const pollIntervalMs = 2000;

/** The maximum number of runs of a job to process before moving on to the next job. */
const runsPerTurn = 10;

/** An unfinished job, its next run, and whether the key that created the job, if any, is still valid. */
type OpenJob = BulkJobRow & { readonly run_id: string | null; readonly is_key_valid: boolean };

/**
 * Executes bulk jobs, one run at a time. The transaction that changes a run also counts it as processed, so a job continues after a restart
 * without processing a run twice, and several servers can share a job.
 */
export class BulkJobRunner {
  readonly #context: EngineContext;
  readonly #logger: Logger;
  readonly #sleep = new InterruptibleSleep();
  readonly #loop: Promise<void>;
  #isClosing = false;

  constructor(context: EngineContext, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
    this.#loop = this.#run();
  }

  /** Looks for new jobs without waiting for the next poll. */
  wake(): void {
    this.#sleep.interrupt();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      const hasMore = await this.#processJobs().catch((error: unknown) => {
        this.#logger.warn('failed to process bulk jobs; will retry', { error: String(error) });
        return false;
      });
      // no need to check `#isClosing` first, because an interruption by `close` also ends a sleep that starts later
      if (!hasMore) await this.#sleep.start(pollIntervalMs);
    }
  }

  /** Processes up to {@link runsPerTurn} runs of each unfinished job. @returns Whether a job may have more runs to process. */
  async #processJobs(): Promise<boolean> {
    const { rows } = await this.#context.db.query<{ id: string }>(
      'select id from bulk_job where finished_at is null order by created_at limit 100',
    );
    let hasMore = false;
    for (const { id } of rows) {
      for (let count = 0; count < runsPerTurn && !this.#isClosing; count++) {
        const mayHaveMore = await this.#processNext(id);
        if (!mayHaveMore) break;
        if (count === runsPerTurn - 1) hasMore = true;
      }
    }
    return hasMore;
  }

  /**
   * Applies a job's action to its next run. Ends the job instead if its key is no longer valid or no run is left.
   *
   * @returns Whether the job may have more runs to process.
   */
  async #processNext(jobId: string): Promise<boolean> {
    const { db } = this.#context;
    let attempted: { job: OpenJob; reason: string } | undefined;
    const mayHaveMore = await db
      .tx(async (tx) => {
        const job = await lockJob(tx, jobId, this.#context.clock.now());
        if (!job) return false;
        if (!job.is_key_valid || job.run_id === null) return this.#end(tx, job, !job.is_key_valid);
        const runId = job.run_id;
        attempted = { job, reason: '' };
        await runForCaller(toCaller(job), () => applyAction(this.#context, tx, job, runId));
        return this.#recordProcessed(tx, job, undefined);
      })
      .catch((error: unknown) => {
        if (!attempted || error instanceof DatabaseUnavailableError) throw error;
        attempted = { job: attempted.job, reason: this.#explain(attempted.job, error) };
        return undefined;
      });
    if (mayHaveMore !== undefined || !attempted) return mayHaveMore ?? false;
    const { job, reason } = attempted;
    return db.tx(async (tx) => {
      const current = await lockJob(tx, jobId, this.#context.clock.now());
      return current?.done === job.done ? this.#recordProcessed(tx, current, reason) : current !== undefined;
    });
  }

  #explain(job: OpenJob, error: unknown): string {
    if (error instanceof EngineError) {
      if (error.code === 'not_found') return unknownRunReason;
      const { reason } = (error.details ?? {}) as { reason?: string };
      return reason ?? error.message;
    }
    this.#logger.error('a bulk job failed for a run', { job: job.id, runId: job.run_id, error: String(error) });
    return 'it failed unexpectedly; see the server log for details';
  }

  /**
   * Counts a run as processed.
   *
   * @param reason Why the action was refused or failed, or `undefined` if it succeeded.
   * @returns Whether the job has more runs to process.
   */
  async #recordProcessed(tx: Queryable, job: OpenJob, reason: string | undefined): Promise<boolean> {
    const refused = reason === undefined ? job.refused : { ...job.refused, [reason]: (job.refused[reason] ?? 0) + 1 };
    const isLast = job.done + 1 >= job.matched;
    await tx.query(
      'update bulk_job set done = done + 1, succeeded = succeeded + $2, refused = $3, finished_at = $4 where id = $1',
      [job.id, reason === undefined ? 1 : 0, JSON.stringify(refused), isLast ? this.#context.clock.now() : null],
    );
    return !isLast;
  }

  async #end(tx: Queryable, job: OpenJob, isStopped: boolean): Promise<false> {
    const params = [job.id, this.#context.clock.now(), isStopped];
    await tx.query('update bulk_job set finished_at = $2, stopped = $3 where id = $1', params);
    return false;
  }
}

/** Locks an unfinished job. @returns The job, or `undefined` if it has ended or another transaction has locked it. */
async function lockJob(tx: Queryable, jobId: string, now: Date): Promise<OpenJob | undefined> {
  const { rows } = await tx.query<OpenJob>(
    `select ${bulkJobColumns}, run_ids[done + 1] as run_id,
       key_id is null or exists (
         select from api_key where api_key.id = bulk_job.key_id and (expires_at is null or expires_at > $2)) as is_key_valid
     from bulk_job where id = $1 and finished_at is null for update skip locked`,
    [jobId, now],
  );
  return rows[0];
}

/** Returns the caller for a job's changes. The audit log attributes the changes to the key that created the job. */
function toCaller(job: OpenJob): Parameters<typeof runForCaller>[0] {
  return {
    account: job.account_id,
    keyId: job.key_id ?? '',
    keyName: job.key_name ?? '',
    address: job.address,
    // the limits of a caller do not apply, because the transaction begins before the caller is set
    statementTimeoutMs: Infinity,
    hasDisconnected: () => false,
  };
}

async function applyAction(context: EngineContext, tx: Queryable, job: OpenJob, runId: string): Promise<void> {
  const access: Access = { account: job.account_id, names: job.names, ownKeyId: job.own_key };
  const now = context.clock.now();
  if (job.action === 'resume')
    await resumeRunInTransaction(context, tx, access, runId, { reporter: null, worker: null });
  else if (job.action === 'rerun') {
    await rerunRunInTransaction(context, tx, access, runId, { from: job.rerun_from ?? undefined });
  } else {
    const run = await findRunState(tx, access, runId, now);
    if (!run) throw new EngineError('not_found', unknownRunReason);
    if (job.action === 'delete') return deleteRunInTransaction(context, tx, job.account_id, runId, run.fileId);
    await assertCanApply(tx, access, runId, { action: 'cancel' }, now);
    await cancelRunInTransaction(context, tx, access, runId);
  }
}

/**
 * Stops a job after its current run. Does nothing if the job does not exist or has ended, or if another key created the job and the request
 * is restricted to certain names or to its own key's runs.
 */
export async function stopBulk(
  { db, clock }: EngineContext,
  { account, names, ownKeyId }: Access,
  keyId: string,
  jobId: string,
): Promise<void> {
  const isRestricted = names !== null || ownKeyId !== null;
  await db.query(
    `update bulk_job set finished_at = $3, stopped = true
     where id = $1 and account_id = $2 and finished_at is null and ($4::uuid is null or key_id = $4)`,
    [jobId, account, clock.now(), isRestricted ? keyId : null],
  );
}
