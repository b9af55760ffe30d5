/** An action on many runs at once. */
export type BulkAction = 'resume' | 'rerun' | 'cancel' | 'delete';

/** A reason why runs were refused, and the number of runs refused for that reason. */
export interface BulkRefusal {
  reason: string;
  count: number;
}

/** The effect that a bulk job would have. */
export interface BulkPreview {
  /** The number of runs that the filter or the ids select, at most 10,000. */
  matched: number;
  /** Whether the filter matches more than 10,000 runs. The job would then process only the newest 10,000. */
  more: boolean;
  /** The number of runs that the action can be applied to. */
  eligible: number;
  /** The runs that the action cannot be applied to, counted by reason. */
  refused: BulkRefusal[];
}

/** The status of a bulk job. A bulk job continues after a restart of the server. */
export interface BulkJobStatus {
  id: string;
  action: BulkAction;
  state: 'running' | 'completed' | 'stopped';
  /** The number of selected runs. */
  matched: number;
  /** The number of runs processed so far. */
  done: number;
  /** The number of runs that the action was applied to. */
  succeeded: number;
  refused: BulkRefusal[];
  /** ISO 8601, UTC. */
  createdAt: string;
  finishedAt: string | null;
}
