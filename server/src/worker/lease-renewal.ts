import type { ClaimedJob, Queue } from '../queue/queue.js';

/** Leases last 10 s, so that two renewals may fail. */
const renewalMs = 3000;

interface LeaseRenewalOptions {
  /** Returns the jobs whose leases are renewed. */
  readonly jobs: () => readonly ClaimedJob[];
  /** Called for each job whose lease is lost. Not called when the store cannot be reached: then the lease may still be held. */
  readonly onLost: (job: ClaimedJob) => void;
}

/** Renews the leases of jobs every 3 s. @returns A function that stops. */
export function startLeaseRenewal(queue: Queue, { jobs, onLost }: LeaseRenewalOptions): () => void {
  const renew = async (job: ClaimedJob): Promise<void> => {
    const isHeld = await queue.renewLease(job).catch(() => true);
    if (!isHeld) onLost(job);
  };
  const timer = setInterval(() => void Promise.all(jobs().map(renew)), renewalMs).unref();
  return () => clearInterval(timer);
}
