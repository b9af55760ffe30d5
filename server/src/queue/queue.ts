import type { Queryable } from '../store/db/db.js';

/** Returns the name of the queue for a module's steps. Workers claim jobs only from their modules' queues. */
export function toQueueName(moduleName: string): string {
  return `m.${moduleName}`;
}

export function toModuleName(queueName: string): string {
  return queueName.slice(2);
}

/** A job's data, which identifies the task run to execute. */
export interface StepJob {
  readonly runId: string;
  /** 0-based position of the task run within its run. */
  readonly index: number;
}

/** A job leased to this worker. `Queue` methods require this object, not only the id, so that they affect only this attempt. */
export interface ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly data: StepJob;
  /** Number of workers that were lost while they held this job. */
  readonly lostWorkerCount: number;
}

/** The account and pipeline of jobs. Accounts and pipelines take turns, so that a pipeline with many jobs does not block the others. */
export interface FairnessKey {
  readonly account: string;
  /** The pipeline's name. */
  readonly name: string;
}

export interface SendOptions {
  /** @default 0 */
  readonly delaySeconds?: number;
  /** The account and pipeline to schedule the jobs fairly for. If omitted, the jobs are queued ahead of all jobs that have a key. */
  readonly fairnessKey?: FairnessKey;
}

/** The durable step queues, one per module. Methods with a `tx` parameter write in the caller's transaction. */
export interface Queue {
  /** Creates missing queues, and updates queues whose options have changed. Can be called again with additional names. */
  ensureQueues(queues: readonly string[]): Promise<void>;
  /** Adds jobs. When the transaction commits, the jobs become visible and idle workers on all hosts are woken. */
  send(tx: Queryable, queue: string, jobs: readonly StepJob[], options?: SendOptions): Promise<void>;
  /**
   * Claims the next jobs of the queue whose next job has the highest priority or, if priorities are equal, is the oldest. `startJobs`
   * runs in the transaction that claims the jobs. The transaction is not durable, so a power failure can undo a claim, in which case the
   * jobs are claimed again.
   *
   * @param getLimit Returns the maximum number of jobs to claim from a queue.
   * @param startJobs Returns a value for each job, in the same order.
   * @param onReady If any job was claimed, called with the queues that may still have ready jobs.
   */
  claim<T>(
    queues: readonly string[],
    getLimit: (queue: string) => number,
    startJobs: (tx: Queryable, jobs: readonly ClaimedJob[]) => Promise<readonly T[]>,
    onReady?: (queues: readonly string[]) => void,
  ): Promise<readonly { readonly job: ClaimedJob; readonly started: T }[]>;
  /** Completes the jobs whose leases are still held. Returns false if any lease was lost, so that the caller can roll back. */
  complete(tx: Queryable, jobs: readonly ClaimedJob[]): Promise<boolean>;
  /** Renews leases. Returns the jobs whose leases were lost. The caller must stop their steps. */
  renewLeases(jobs: readonly ClaimedJob[]): Promise<readonly ClaimedJob[]>;
  /** Requeues the step as a new job with no lost workers and no fairness key. Does nothing if the lease was lost. */
  release(job: ClaimedJob): Promise<void>;
  /**
   * Ends all leases, and counts a lost worker for each job. Moves jobs that have lost too many workers to the dead-letter queue, and
   * requeues the others. Use only at startup, and only if no other process uses the database. Returns the number of jobs.
   */
  expireAllLeases(): Promise<number>;
  /** Removes and returns up to `limit` jobs that have lost too many workers. */
  takeDeadLetterJobs(tx: Queryable, limit: number): Promise<StepJob[]>;
  /**
   * Calls `listener` with a queue's name whenever a transaction that sent jobs to the queue commits. After a reconnection, calls it for
   * every queue passed to `ensureQueues`, because notifications may have been lost. Returns a function that unsubscribes the listener.
   */
  onJobsAvailable(listener: (queue: string) => void): () => void;
  close(): Promise<void>;
}
