/** How long a run, or its next module, can wait to start before the run is late, in milliseconds. */
export const lateAfterMs = 15_000;

const lateSince = `$2::timestamptz - interval '${lateAfterMs} milliseconds'`;

/**
 * SQL that tells whether a run is late, with the current time as `$2`. See `RunStatus.late`. For a run that waits for a worker, `seen_at` is
 * when it was last queued. Otherwise, it is the last heartbeat.
 */
export const lateSql = `case
    when run.kind = 'hosted' then run.state in ('pending', 'running') and exists (
      select from task_run where task_run.run_id = run.id and task_run.state = 'pending' and queued_at < ${lateSince})
    else run.state = 'pending' and greatest(run.scheduled_for, run.seen_at) < ${lateSince} end`;
