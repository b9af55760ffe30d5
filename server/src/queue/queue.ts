import type { Queryable } from '../store/db/db.js';

/** Returns the name of the queue with the steps of a module. Workers claim only from the queues of their modules. */
export function queueOf(module: string): string {
  return `m.${module}`;
}

/** The data of a job: which task run of which run to execute. */
export interface StepJob {
  readonly runId: string;
  /** 0-based position of the task run in its run. */
  readonly index: number;
}

/** A job whose lease this worker holds. Pass the whole object back, not its id: it is fenced to this attempt. */
export interface ClaimedJob {
  readonly id: string;
  readonly queue: string;
  readonly data: StepJob;
  /** How many workers were lost while they held this job. */
  readonly lost: number;
}

/** The durable queues of steps, one for each module. Writes that belong to a transition of a run use its transaction. */
export interface Queue {
  /** Creates the queues that do not exist. Can be called again with more names. */
  ensure(queues: readonly string[]): Promise<void>;
  /** Adds a job. When the transaction commits, the job becomes visible, and idle workers on all hosts are woken. */
  send(tx: Queryable, queue: string, job: StepJob, options?: { delaySeconds?: number }): Promise<void>;
  /**
   * Claims the oldest ready job of these queues, if any. `begin` runs in the transaction that claims it. The transaction is
   * not durable: if a power failure undoes a claim, the job is claimed again.
   */
  claim<T>(
    queues: readonly string[],
    begin: (tx: Queryable, job: ClaimedJob) => Promise<T>,
  ): Promise<{ job: ClaimedJob; begun: T } | undefined>;
  /** Completes the job. Returns false when the lease is lost: then the transaction must be rolled back. */
  complete(tx: Queryable, job: ClaimedJob): Promise<boolean>;
  /** Renews the lease. Returns false when it is lost: then the step must stop. */
  renewLease(job: ClaimedJob): Promise<boolean>;
  /** Returns the job to the queue, without counting a lost worker. Does nothing when the lease is lost. */
  release(job: ClaimedJob): Promise<void>;
  /** Releases all claimed jobs. Only for a store that one process owns, when it starts. */
  releaseAll(): Promise<number>;
  /** Removes and returns jobs whose workers were lost too often. */
  takeExhausted(tx: Queryable, limit: number): Promise<StepJob[]>;
  /** Calls back with a queue's name when a job was sent to it. Returns a function that unsubscribes. */
  onWake(listener: (queue: string) => void): () => void;
  close(): Promise<void>;
}
