/** An action on many runs at once. */
export type BulkAction = 'resume' | 'rerun' | 'cancel' | 'delete';

/** The number of runs refused for a reason. */
export interface BulkRefusal {
  reason: string;
  count: number;
}

/** The effect that a bulk job would have. */
export interface BulkPreview {
  /** The number of runs that the filter or the ids select, at most 10 000. */
  matched: number;
  /** Whether the filter selects more runs. The job is for the newest 10 000. */
  more: boolean;
  /** The number of runs to which the action applies. */
  eligible: number;
  /** The other runs, by reason. */
  refused: BulkRefusal[];
}

/** A bulk job. It continues after a restart of the server. */
export interface BulkJobStatus {
  id: string;
  action: BulkAction;
  state: 'running' | 'completed' | 'stopped';
  /** The number of selected runs. */
  matched: number;
  /** The number of runs handled so far, and how many of them succeeded. */
  done: number;
  succeeded: number;
  refused: BulkRefusal[];
  /** ISO 8601, UTC. */
  createdAt: string;
  finishedAt: string | null;
}
