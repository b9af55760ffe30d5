/** How long a run, or its next module, can wait to start before the run counts as late, in milliseconds. */
export const lateAfterMs = 15_000;

const lateSince = `$2::timestamptz - interval '${lateAfterMs} milliseconds'`;

/**
 * An SQL expression that is true if a run is late. See `RunStatus.late`. `$2` is the current time. For a run that waits for a worker,
 * `seen_at` is the time at which it was most recently queued; otherwise, the time of the most recent heartbeat. A
 * run that a worker has claimed is not late.
 */
export const lateSql = `case
    when run.kind = 'hosted' then run.state in ('pending', 'running') and exists (
      select from task_run where task_run.run_id = run.id and task_run.state = 'pending' and queued_at < ${lateSince})
    else run.state = 'pending' and (run.waits is not null or run.scheduled_for is null)
      and greatest(run.scheduled_for, run.seen_at) < ${lateSince} end`;
