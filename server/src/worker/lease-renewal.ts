import type { ClaimedJob, Queue } from '../queue/queue.js';

/** Interval between renewals, in milliseconds. A lease lasts 10 s, so it survives two consecutive failed renewals. */
const renewalMs = 3000;

interface LeaseRenewalOptions {
  /** Returns the jobs whose leases should be renewed. */
  readonly jobs: () => readonly ClaimedJob[];
  /** Called for each job whose lease was lost. Not called while the database is unavailable, because the lease may still be held. */
  readonly onLost: (job: ClaimedJob) => void;
}

/** Renews the jobs' leases every 3 s. @returns A function that stops the renewals. */
export function startLeaseRenewal(queue: Queue, { jobs, onLost }: LeaseRenewalOptions): () => void {
  const renew = async (): Promise<void> => {
    const held = jobs();
    if (held.length === 0) return;
    for (const job of await queue.renewLeases(held).catch(() => [])) onLost(job);
  };
  const timer = setInterval(() => void renew(), renewalMs).unref();
  return () => clearInterval(timer);
}
