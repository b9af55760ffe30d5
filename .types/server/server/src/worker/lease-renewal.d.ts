import type { ClaimedJob, Queue } from '../queue/queue.js';
interface LeaseRenewalOptions {
    /** Returns the jobs whose leases should be renewed. */
    readonly jobs: () => readonly ClaimedJob[];
    /**
     * Called for each job whose lease is lost. If the store is unreachable, it is not called, because the lease may still be held.
     */
    readonly onLost: (job: ClaimedJob) => void;
}
/** Renews the jobs' leases every 3 s. @returns A function that stops the renewals. */
export declare function startLeaseRenewal(queue: Queue, { jobs, onLost }: LeaseRenewalOptions): () => void;
export {};
