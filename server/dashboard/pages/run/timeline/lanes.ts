import type { RunStatus, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { FailedAttempt } from '../../../data/failed-attempt.js';

/** A bar on the track of a lane: a wait before the work starts, a period of work, or a pause before a retry. */
export interface Segment {
  /** In ms since the Unix epoch. */
  readonly from: number;
  /** In ms since the Unix epoch; `null` if the end is not known yet. */
  readonly to: number | null;
  /** `waiting` before the work starts, `failed` for an attempt that is retried, `pause` before a retry, and otherwise the lane's state. */
  readonly kind: TaskStatus['state'] | 'waiting' | 'pause';
}

/** A row of the timeline: a task of the run, a child run that is not the `childRun` of any task, or a task of a child run. */
export interface Lane {
  /** Unique in the timeline. Also used in the URL. */
  readonly id: string;
  readonly name: string;
  /** The nesting depth: 1 for a task of a child run, otherwise 0. */
  readonly depth: number;
  readonly state: TaskStatus['state'];
  readonly late: boolean;
  readonly attempt: number;
  readonly segments: readonly Segment[];
  /** The failed attempts since the latest start of the task; empty for child runs and their tasks, whose attempts are not loaded. */
  readonly failedAttempts: readonly FailedAttempt[];
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  /** The task; `undefined` for a child run that is not the `childRun` of any task. */
  readonly task: TaskStatus | undefined;
  /** The id of the task's run, or of the child run if the lane has no task. */
  readonly runId: string;
  /** The child run; `undefined` if `childRunId` is `null` or the child run is not loaded. */
  readonly child: RunSummary | undefined;
  /** The id of the child run; `null` if there is no child run, or if the lane itself is a task of a child run. */
  readonly childRunId: string | null;
  /** Whether the lane is expanded. The tasks of its child run are shown below it as soon as they are loaded. */
  readonly isExpanded: boolean;
  readonly warningCount: number;
}

const parseTime = (at: string | null): number | undefined => (at === null ? undefined : Date.parse(at));

export interface LaneSource {
  readonly run: RunStatus;
  readonly children: readonly RunSummary[];
  readonly attempts: readonly FailedAttempt[];
  /** The ids of the expanded lanes. */
  readonly expandedIds: ReadonlySet<string>;
  /** The loaded child runs of the expanded lanes, with their tasks, by id. */
  readonly loadedChildRuns: ReadonlyMap<string, RunStatus>;
}

/** Returns the ids of the child runs of the expanded lanes. */
export function findExpandedRunIds({
  run,
  children,
  expandedIds,
}: Pick<LaneSource, 'run' | 'children' | 'expandedIds'>): string[] {
  const childRunIdsOfTasks = run.tasks.flatMap(({ key, childRun }) =>
    childRun !== null && expandedIds.has(key) ? [childRun] : [],
  );
  const otherRunIds = children.flatMap(({ requestId }) => (expandedIds.has(requestId) ? [requestId] : []));
  return [...new Set([...childRunIdsOfTasks, ...otherRunIds])];
}

/**
 * Returns the lanes of a run, in the order of its tasks. If a child run, such as the run of a file, is not the `childRun` of any task,
 * sorts the lanes by the start of their first segment instead. Adds the loaded tasks of child runs below the expanded lanes.
 */
export function toLanes({ run, children, attempts, expandedIds, loadedChildRuns }: LaneSource): Lane[] {
  const childrenById = new Map(children.map((child) => [child.requestId, child]));
  const attemptsByTaskKey = new Map<string, FailedAttempt[]>();
  for (const attempt of attempts)
    attemptsByTaskKey.set(attempt.taskKey, [...(attemptsByTaskKey.get(attempt.taskKey) ?? []), attempt]);
  const childRunIdsOfTasks = new Set(run.tasks.map(({ childRun }) => childRun));
  const queuedTimeByKey = getQueuedTimes(run);
  const taskLanes = run.tasks.map((task): Lane => {
    const child = task.childRun === null ? undefined : childrenById.get(task.childRun);
    const failedAttempts = selectLatestAttempts(attemptsByTaskKey.get(task.key) ?? [], task, run.kind);
    return {
      ...toCommonFields(task, 0),
      id: task.key,
      name: getLaneName(run, task),
      segments: toSegments(task, failedAttempts, queuedTimeByKey.get(task.key) ?? parseTime(child?.createdAt ?? null)),
      failedAttempts,
      task,
      runId: run.requestId,
      child,
      childRunId: task.childRun,
      isExpanded: task.childRun !== null && expandedIds.has(task.key),
      warningCount: child?.warningCount ?? 0,
    };
  });
  const childLanes = children
    .filter(({ requestId }) => !childRunIdsOfTasks.has(requestId))
    .map((child) => toChildLane(child, expandedIds));
  const lanes =
    childLanes.length === 0 ? taskLanes : [...taskLanes, ...childLanes].sort((a, b) => getStart(a) - getStart(b));
  return lanes.flatMap((lane) => {
    const childRun = lane.isExpanded && lane.childRunId !== null ? loadedChildRuns.get(lane.childRunId) : undefined;
    return childRun ? [lane, ...toNestedLanes(lane, childRun)] : [lane];
  });
}

/** Returns the name of a task's lane: the key of the task or, in a hosted run, the name of the module. */
export const getLaneName = ({ kind }: Pick<RunStatus, 'kind'>, { key, name }: TaskStatus): string =>
  kind === 'hosted' ? name : key;

function toCommonFields(task: TaskStatus, depth: number) {
  const { state, attempt, startedAt, durationMs } = task;
  return { depth, state, late: false, attempt, startedAt, durationMs };
}

function toChildLane(child: RunSummary, expandedIds: ReadonlySet<string>): Lane {
  const { requestId, state, late, startedAt, durationMs, of, subject } = child;
  return {
    id: requestId,
    name: subject === null || child.fileId === null ? of : `${of} ${subject}`,
    depth: 0,
    state,
    late,
    attempt: 1,
    startedAt,
    durationMs,
    segments: toSegments(child, [], parseTime(child.createdAt)),
    failedAttempts: [],
    task: undefined,
    runId: requestId,
    child,
    childRunId: requestId,
    isExpanded: expandedIds.has(requestId),
    warningCount: child.warningCount,
  };
}

function toNestedLanes(parent: Lane, child: RunStatus): Lane[] {
  const queuedTimeByKey = getQueuedTimes(child);
  return child.tasks.map((task) => ({
    ...toCommonFields(task, parent.depth + 1),
    id: `${parent.id}/${task.key}`,
    name: getLaneName(child, task),
    segments: toSegments(task, [], queuedTimeByKey.get(task.key)),
    failedAttempts: [],
    task,
    runId: child.requestId,
    child: undefined,
    childRunId: null,
    isExpanded: false,
    warningCount: 0,
  }));
}

const getStart = (lane: Lane): number => lane.segments[0]?.from ?? Infinity;

/**
 * Returns when each module or step was queued, by key: when the run was created or the previous module or step ended. Omits those that
 * follow a module or step without an end time. Returns an empty map for a run of a flow or task, because a flow can call a task at any
 * time.
 */
function getQueuedTimes({ kind, tasks, createdAt }: RunStatus): Map<string, number> {
  const queuedTimeByKey = new Map<string, number>();
  if (kind !== 'hosted' && kind !== 'pipeline') return queuedTimeByKey;
  let queuedAt = parseTime(createdAt);
  for (const task of tasks) {
    if (queuedAt === undefined) break;
    queuedTimeByKey.set(task.key, queuedAt);
    queuedAt = parseTime(task.finishedAt);
  }
  return queuedTimeByKey;
}

/**
 * Omits the attempts from before the task started anew, for example because the run was resumed. In a hosted run, each attempt sets
 * `startedAt`, so the numbers of the attempts, which start at 1 again, distinguish them.
 */
function selectLatestAttempts(
  attempts: readonly FailedAttempt[],
  { state, attempt, startedAt }: TaskStatus,
  kind: RunStatus['kind'],
): FailedAttempt[] {
  const start = parseTime(startedAt);
  if (start === undefined) return [];
  if (kind !== 'hosted') return attempts.filter(({ failedAt }) => Date.parse(failedAt) >= start);
  const firstIndex = attempts.findLastIndex(
    ({ attempt: number }, index) => number <= (attempts[index - 1]?.attempt ?? number),
  );
  const lastAttempt = state === 'retrying' ? attempt : attempt - 1;
  return attempts.slice(firstIndex).filter((each) => each.attempt <= lastAttempt);
}

type TimedWork = Pick<TaskStatus, 'state' | 'startedAt' | 'finishedAt'>;

function toSegments(work: TimedWork, attempts: readonly FailedAttempt[], queuedAt: number | undefined): Segment[] {
  const start = parseTime(work.startedAt);
  const end = parseTime(work.finishedAt) ?? null;
  const segments: Segment[] = [];
  if (queuedAt !== undefined && queuedAt < (start ?? Infinity) && work.state !== 'skipped')
    segments.push({ from: queuedAt, to: start ?? end, kind: 'waiting' });
  if (start === undefined) return segments;
  const failures = attempts
    .map(({ failedAt, seconds }) => ({ failedAt: Date.parse(failedAt), delayMs: seconds * 1000 }))
    // the start of a hosted task is that of its latest attempt
    .filter(({ failedAt }) => failedAt >= start);
  let from = start;
  for (const [index, { failedAt, delayMs }] of failures.entries()) {
    // the logged delay is rounded, so the next attempt can fail before the delay ends
    const retryAt = Math.min(failedAt + delayMs, failures[index + 1]?.failedAt ?? Infinity, end ?? Infinity);
    segments.push({ from, to: failedAt, kind: 'failed' }, { from: failedAt, to: retryAt, kind: 'pause' });
    from = retryAt;
  }
  // the failed attempts of a child run's tasks are not loaded, so one segment shows the whole time of a retrying task
  if (work.state !== 'retrying' || failures.length === 0) segments.push({ from, to: end, kind: work.state });
  return segments;
}

/** A time range, in ms since the Unix epoch or since the start of the timeline. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the time range of the run, from its start to its end. Uses the creation time if the run has not started, and `now` if it has not
 * ended. Extends the range to include the segments of all lanes. A lane that begins with a wait does not move the start of the range.
 */
export function computeTimeRange(run: RunStatus, lanes: readonly Lane[], now: number): TimeRange {
  let from = parseTime(run.startedAt) ?? parseTime(run.createdAt) ?? now;
  let to = parseTime(run.finishedAt) ?? now;
  for (const { segments } of lanes) {
    const [first] = segments;
    if (first && first.kind !== 'waiting') from = Math.min(from, first.from);
    const last = segments.at(-1);
    if (last?.to != null) to = Math.max(to, last.to);
  }
  return { from, to: Math.max(to, from + 1) };
}
