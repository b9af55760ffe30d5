import { eventLimits } from 'millrace/shared/runs/event-limits.js';
import { RunRecord } from 'millrace/shared/runs/run-record.js';
import type { LogLine, RecordedCall, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { ReportedRunRow, ReportedTaskChange, ReportedTaskRow } from '../../store/tables/reported-runs.js';
import { hasTimedOut, reportingAgainMessage, reopenTimedOut } from './reopen-timed-out.js';
import { limitRecord, recordFullMessage } from './limit-record.js';
import { numberLogLine, type NewLogLine } from '../../store/tables/run-logs.js';

/** The result of applying a group of events to a run. */
export interface FoldedRun {
  readonly run: ReportedRunRow;
  readonly tasks: readonly ReportedTaskChange[];
  /** The log lines to append. */
  readonly lines: readonly NewLogLine[];
  /** Whether these events ended the run. */
  readonly hasEnded: boolean;
}

/**
 * Applies a run's events in sequence order. Events up to the run's current sequence are duplicates and are ignored. Gaps are allowed,
 * because the program may have dropped events. Once a run has ended, only `log` events and, unless the run completed, `run-resumed` events
 * have an effect.
 *
 * If the run's heartbeat timed out and no event resumes the run, reopens it, because its program is reporting again.
 *
 * @param tasksBefore The tasks whose keys {@link findNeededTaskKeys} returns, or all of the run's tasks if it returns `undefined`.
 * @param reporter The program that becomes the run's reporter if these events resume the run.
 * @returns The changed run, or `undefined` if there are no new events and the run is not reopened.
 */
export function foldEvents(
  runBefore: ReportedRunRow,
  tasksBefore: readonly ReportedTaskRow[],
  events: readonly RunEvent[],
  reporter: string | null,
  maxLogLines: number,
  now: Date,
): FoldedRun | undefined {
  const isReportingAgain = hasTimedOut(runBefore) && !events.some(({ type }) => type === 'run-resumed');
  const { run, tasks } = isReportingAgain
    ? reopenTimedOut(runBefore, tasksBefore)
    : { run: { ...runBefore }, tasks: tasksBefore };
  const record = RunRecord.restore({
    run: toStatus(run, tasks),
    outputs: {},
    calls: toCalls(tasks),
    sequence: run.reportedSequence,
  });
  const changes = new TaskChanges(record, run.id);
  const lines: NewLogLine[] = [];
  if (isReportingAgain) {
    changes.addTasks(tasks);
    addLine(
      run,
      lines,
      { at: now.toISOString(), level: 'warning', message: reportingAgainMessage, task: null },
      maxLogLines,
    );
  }
  let shouldUpdateProgress = run.kind !== 'flow';
  for (const event of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (event.sequence <= record.sequence) continue;
    if (event.type === 'log') addLine(run, lines, event, maxLogLines);
    if (event.type === 'run-resumed' && record.state !== 'completed') {
      Object.assign(run, { reporter, cancelRequested: run.served && run.cancelRequested });
      changes.addTasks(tasks);
    }
    if (!record.isFinal) {
      changes.addEvent(event);
      shouldUpdateProgress ||= event.type === 'progress' && event.key === null;
    }
    record.apply(event);
  }
  if (record.sequence === runBefore.reportedSequence && !isReportingAgain) return undefined;
  const { state, result, error, startedAt, finishedAt, progress } = record.status();
  const output = record.output ?? null;
  Object.assign(run, { state, result, output, error, startedAt, finishedAt, reportedSequence: record.sequence });
  if (shouldUpdateProgress) run.progress = progress;
  const hasEnded = finishedAt !== null && finishedAt !== runBefore.finishedAt;
  const tasksToSave = limitRecord(run, tasksBefore, changes.list());
  if (
    runBefore.recordCharacters <= eventLimits.recordCharacters &&
    run.recordCharacters > eventLimits.recordCharacters
  ) {
    const at = events.at(-1)?.at ?? runBefore.startedAt ?? '';
    addLine(run, lines, { at, level: 'warning', message: recordFullMessage, task: null }, maxLogLines);
  }
  return { run, tasks: tasksToSave, lines, hasEnded };
}

/** Returns the keys of the tasks needed to apply the events, or `undefined` if all tasks are needed. */
export function findNeededTaskKeys(run: ReportedRunRow, events: readonly RunEvent[]): string[] | undefined {
  // a pipeline's progress is computed from all its tasks, and reopening a run changes all its tasks;
  // a flow can have thousands of tasks, but it reports its own progress
  if (run.kind !== 'flow' || hasTimedOut(run) || events.some(({ type }) => type === 'run-resumed')) return undefined;
  return [...new Set(events.flatMap((event) => ('key' in event && event.key !== null ? [event.key] : [])))];
}

/** Collects the changed task runs and the changes to their outputs. */
class TaskChanges {
  readonly #record: RunRecord;
  readonly #runId: string;
  readonly #outputChanges = new Map<string, Pick<ReportedTaskChange, 'outputChange' | 'output'>>();

  constructor(record: RunRecord, runId: string) {
    this.#record = record;
    this.#runId = runId;
  }

  addEvent(event: RunEvent): void {
    if (!('key' in event) || event.key === null) return;
    const { type, key } = event;
    if (type === 'task-created') this.#outputChanges.set(key, { outputChange: 'removed' });
    else if (type === 'task-state' && event.output !== undefined) {
      this.#outputChanges.set(key, { outputChange: 'set', output: event.output });
    } else if (!this.#outputChanges.has(key)) this.#outputChanges.set(key, { outputChange: 'unchanged' });
  }

  addTasks(tasks: readonly TaskStatus[]): void {
    for (const { key } of tasks)
      if (!this.#outputChanges.has(key)) this.#outputChanges.set(key, { outputChange: 'unchanged' });
  }

  list(): ReportedTaskChange[] {
    return [...this.#outputChanges].flatMap(([key, output]) => {
      const task = this.#record.task(key);
      const call = this.#record.call(key) ?? { digest: null, began: null, ended: null };
      return task ? [{ ...task, ...call, ...output, runId: this.#runId }] : [];
    });
  }
}

/** Returns the recorded calls of the task runs that have started, by task key. */
export function toCalls(
  tasks: readonly Pick<ReportedTaskRow, 'key' | 'digest' | 'began' | 'ended'>[],
): Record<string, RecordedCall> {
  const startedCalls = tasks.flatMap(({ key, digest, began, ended }) =>
    began === null ? [] : [[key, { digest, began, ended }]],
  );
  return Object.fromEntries(startedCalls) as Record<string, RecordedCall>;
}

function addLine(run: ReportedRunRow, lines: NewLogLine[], line: LogLine, maxLogLines: number): void {
  if (run.logLines >= maxLogLines) return;
  run.logLines += 1;
  lines.push(numberLogLine({ runId: run.id, line: run.logLines, maxLogLines }, line));
}

/** Returns a run's status. Fields that are not needed to apply events have placeholder values. */
function toStatus(run: ReportedRunRow, tasks: readonly TaskStatus[]): RunStatus {
  const { id, kind, state, result, error, startedAt, finishedAt } = run;
  return {
    requestId: id,
    kind,
    state,
    result,
    error,
    startedAt,
    finishedAt,
    progress: run.progress ?? { current: 0, total: null, percent: null },
    tasks: [...tasks],
    name: '',
    of: '',
    version: null,
    late: false,
    waitsFor: null,
    attempt: null,
    priority: 0,
    scheduledFor: null,
    rerunOf: null,
    batch: null,
    overallStatus: 'ongoing',
    processStatus: {},
    fileId: null,
    input: null,
    warnings: [],
    warningCount: 0,
    parent: null,
    worker: null,
    createdAt: '',
    durationMs: null,
    expiresAt: null,
  };
}
