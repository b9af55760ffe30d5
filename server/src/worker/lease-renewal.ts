import type { ClaimedJob, Queue } from '../queue/queue.js';

/** Interval between renewals, in milliseconds. A lease lasts 10 s, so it survives two consecutive failed renewals. */
const renewalIntervalMs = 3000;

interface LeaseRenewalOptions {
  /** Returns the jobs whose leases must be renewed. */
  readonly getJobs: () => readonly ClaimedJob[];
  /** Called for each job whose lease was lost. Not called while the database is unavailable, because the lease may still be held. */
  readonly onLost: (job: ClaimedJob) => void;
}

/** Regularly renews the leases of the jobs that `getJobs` returns. @returns A function that stops the renewals. */
export function startLeaseRenewal(queue: Queue, { getJobs, onLost }: LeaseRenewalOptions): () => void {
  const renew = async (): Promise<void> => {
    const jobs = getJobs();
    if (jobs.length === 0) return;
    for (const job of await queue.renewLeases(jobs).catch(() => [])) onLost(job);
  };
  const timer = setInterval(() => void renew(), renewalIntervalMs).unref();
  return () => clearInterval(timer);
}
