import type { RunStatus, RunSummary, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { FailedTry } from '../../../data/failed-try.js';

/** A part of a lane, in one state. */
export interface Segment {
  /** In ms since 1970. */
  readonly from: number;
  /** In ms since 1970; `null` while the segment grows. */
  readonly to: number | null;
  /** The state of the task or run; `waiting` before the work begins; `pause` between two attempts. */
  readonly kind: TaskStatus['state'] | 'waiting' | 'pause';
}

/** A row of the timeline: a task of the run, a child run, or a task of a child run. */
export interface Lane {
  /** Unique in the timeline, and used in the URL. */
  readonly id: string;
  readonly name: string;
  readonly depth: number;
  readonly state: TaskStatus['state'];
  readonly late: boolean;
  readonly attempt: number;
  readonly segments: readonly Segment[];
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  /** The task; `undefined` for a child run that no task of the run has started. */
  readonly task: TaskStatus | undefined;
  /** The id of the run that has the task, or of the child run. */
  readonly runId: string;
  /** The child run, whose tasks unfold below the lane. */
  readonly child: RunSummary | undefined;
  readonly childId: string | null;
  readonly isOpen: boolean;
  readonly warnings: number;
}

const time = (at: string | null): number | undefined => (at === null ? undefined : Date.parse(at));

export interface LaneSource {
  readonly run: RunStatus;
  readonly children: readonly RunSummary[];
  readonly tries: readonly FailedTry[];
  /** The ids of the unfolded lanes. */
  readonly open: ReadonlySet<string>;
  /** The child runs of the unfolded lanes, by id, with their tasks. */
  readonly records: ReadonlyMap<string, RunStatus>;
}

/** Returns the ids of the runs whose tasks are unfolded. */
export function unfoldedRuns({ run, children, open }: Pick<LaneSource, 'run' | 'children' | 'open'>): string[] {
  const called = run.tasks.flatMap(({ key, childRun }) => (childRun !== null && open.has(key) ? [childRun] : []));
  const others = children.flatMap(({ requestId }) => (open.has(requestId) ? [requestId] : []));
  return [...new Set([...called, ...others])];
}

/** Returns the lanes of a run in the order of its tasks. If there are child runs without a task, such as files, sorts all lanes by time. */
export function toLanes({ run, children, tries, open, records }: LaneSource): Lane[] {
  const byId = new Map(children.map((child) => [child.requestId, child]));
  const triesOf = new Map<string, FailedTry[]>();
  for (const one of tries) triesOf.set(one.task, [...(triesOf.get(one.task) ?? []), one]);
  const named = new Set(run.tasks.map(({ childRun }) => childRun));
  const waits = waitingSince(run);
  const own = run.tasks.map((task): Lane => {
    const child = task.childRun === null ? undefined : byId.get(task.childRun);
    return {
      ...base(task, 0),
      id: task.key,
      name: laneName(run, task),
      segments: segmentsOf(task, triesOf.get(task.key) ?? [], waits.get(task.key) ?? time(child?.createdAt ?? null)),
      task,
      runId: run.requestId,
      child,
      childId: task.childRun,
      isOpen: task.childRun !== null && open.has(task.key),
      warnings: child?.warningCount ?? 0,
    };
  });
  const others = children.filter(({ requestId }) => !named.has(requestId)).map((child) => childLane(child, open));
  const lanes = others.length === 0 ? own : [...own, ...others].sort((a, b) => begin(a) - begin(b));
  return lanes.flatMap((lane) => {
    const record = lane.isOpen && lane.childId !== null ? records.get(lane.childId) : undefined;
    return record ? [lane, ...innerLanes(lane, record)] : [lane];
  });
}

/** Returns the name of a task's lane. For a hosted run, this is the module's name, because the keys are only numbered. */
export const laneName = ({ kind }: Pick<RunStatus, 'kind'>, { key, name }: TaskStatus): string =>
  kind === 'hosted' ? name : key;

function base(task: TaskStatus, depth: number) {
  const { state, attempt, startedAt, durationMs } = task;
  return { depth, state, late: false, attempt, startedAt, durationMs };
}

function childLane(child: RunSummary, open: ReadonlySet<string>): Lane {
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
    segments: segmentsOf(child, [], time(child.createdAt)),
    task: undefined,
    runId: requestId,
    child,
    childId: requestId,
    isOpen: open.has(requestId),
    warnings: child.warningCount,
  };
}

function innerLanes(parent: Lane, child: RunStatus): Lane[] {
  const waits = waitingSince(child);
  return child.tasks.map((task) => ({
    ...base(task, parent.depth + 1),
    id: `${parent.id}/${task.key}`,
    name: laneName(child, task),
    segments: segmentsOf(task, [], waits.get(task.key)),
    task,
    runId: child.requestId,
    child: undefined,
    childId: null,
    isOpen: false,
    warnings: 0,
  }));
}

const begin = (lane: Lane): number => lane.segments[0]?.from ?? Infinity;

/** Returns when each module or step was queued: at the end of the previous one. Empty for a flow, which can call a task at any time. */
function waitingSince({ kind, tasks, createdAt }: RunStatus): Map<string, number> {
  const waits = new Map<string, number>();
  if (kind !== 'hosted' && kind !== 'pipeline') return waits;
  let since = time(createdAt);
  for (const task of tasks) {
    if (since === undefined) break;
    waits.set(task.key, since);
    since = time(task.finishedAt);
  }
  return waits;
}

type Timed = Pick<TaskStatus, 'state' | 'startedAt' | 'finishedAt'>;

function segmentsOf(work: Timed, tries: readonly FailedTry[], waitingFrom: number | undefined): Segment[] {
  const start = time(work.startedAt);
  const end = time(work.finishedAt) ?? null;
  const segments: Segment[] = [];
  if (waitingFrom !== undefined && waitingFrom < (start ?? Infinity) && work.state !== 'skipped')
    segments.push({ from: waitingFrom, to: start ?? end, kind: 'waiting' });
  if (start === undefined) return segments;
  let from = start;
  for (const { at, seconds } of tries) {
    const failedAt = Date.parse(at);
    // the failure is from an earlier attempt of the whole run
    if (failedAt < from) continue;
    const retryAt = Math.min(failedAt + seconds * 1000, end ?? Infinity);
    segments.push({ from, to: failedAt, kind: 'failed' }, { from: failedAt, to: retryAt, kind: 'pause' });
    from = retryAt;
  }
  if (work.state !== 'retrying') segments.push({ from, to: end, kind: work.state });
  return segments;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Returns the time from the run's beginning to its end, or to now. Includes all the work of the lanes. */
export function spanOf(run: RunStatus, lanes: readonly Lane[], now: number): Span {
  let from = time(run.startedAt) ?? time(run.createdAt) ?? now;
  let to = time(run.finishedAt) ?? now;
  for (const { segments } of lanes) {
    const [first] = segments;
    if (first && first.kind !== 'waiting') from = Math.min(from, first.from);
    const last = segments.at(-1);
    if (last?.to != null) to = Math.max(to, last.to);
  }
  return { from, to: Math.max(to, from + 1) };
}
