import type { Queryable } from '../store/db/db.js';

/** What a job carries: which task run of which run to execute. */
export interface StepJob {
  readonly runId: string;
  /** 0-based position of the task run in its run. */
  readonly index: number;
}

/** A job that this worker holds the lease of. Opaque: pass the object back, never its id, or fencing is lost. */
export interface ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly data: StepJob;
  /** How often a worker was lost while it held this job; 0 the first time. */
  readonly lost: number;
}

/** The durable queue of steps, one queue per module. Every write that belongs to a run's change takes its transaction. */
export interface Queue {
  /** Makes sure the queues exist; callable again with further names. */
  ensure(queues: readonly string[]): Promise<void>;
  /** Puts a job in; it becomes visible, and wakes idle workers on every host, when the transaction commits. */
  send(tx: Queryable, queue: string, job: StepJob, options?: { delaySeconds?: number }): Promise<void>;
  /**
   * Claims the oldest ready job of one of these queues, or nothing; `begin` runs in the transaction that claims it, which
   * is not worth waiting for the disk: a claim that a power failure forgets is a job that is claimed again.
   */
  claim<T>(
    queues: readonly string[],
    begin: (tx: Queryable, job: ClaimedJob) => Promise<T>,
  ): Promise<{ job: ClaimedJob; begun: T } | undefined>;
  /** Ends the job. False when the lease is no longer ours: then the transaction must be rolled back. */
  complete(tx: Queryable, job: ClaimedJob): Promise<boolean>;
  /** Renews the lease. False when it is lost: the handler must stop. */
  touch(job: ClaimedJob): Promise<boolean>;
  /** Gives the job back for another worker, not counted as a lost one. Nothing happens when the lease is lost. */
  release(job: ClaimedJob): Promise<void>;
  /** Frees every job claimed by a process that cannot live any more. Only for a store that one process owns. */
  releaseAll(): Promise<number>;
  /** Jobs whose workers were lost too often; each is reported once. */
  takeExhausted(tx: Queryable, limit: number): Promise<StepJob[]>;
  /** Calls back with a queue's name whenever something was sent to it. */
  onWake(listener: (queue: string) => void): () => void;
  close(): Promise<void>;
}
