/** What can be done to many runs at once. */
export type BulkAction = 'resume' | 'rerun' | 'cancel' | 'delete';

/** Why runs were refused, or would be, and how many. */
export interface BulkRefusal {
  reason: string;
  count: number;
}

/** What a bulk job would do. */
export interface BulkPreview {
  /** The number of runs that the filter or the ids select, at most 10 000. */
  matched: number;
  /** Whether the filter selects more runs. The job takes the newest 10 000. */
  more: boolean;
  /** How many of them the action fits. */
  eligible: number;
  /** Why it does not fit the others. */
  refused: BulkRefusal[];
}

/** A bulk job. The server does it run by run, also after a restart. */
export interface BulkJobStatus {
  id: string;
  action: BulkAction;
  state: 'running' | 'completed' | 'stopped';
  /** The number of runs that the job is for. */
  matched: number;
  /** How many of them are done, and how many of these succeeded. */
  done: number;
  succeeded: number;
  refused: BulkRefusal[];
  /** ISO 8601, UTC. */
  createdAt: string;
  finishedAt: string | null;
}
