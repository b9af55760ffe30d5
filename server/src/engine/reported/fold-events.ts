import { RunRecord } from 'millrace/shared/runs/run-record.js';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import type { RunStatus, TaskStatus } from 'millrace/shared/runs/run-status.js';
import type { ReportedRunRow, ReportedTaskChange } from '../../store/tables/reported-runs.js';
import type { NewLogLine } from '../../store/tables/run-logs.js';

/** What reports made of a run. */
export interface FoldedRun {
  readonly run: ReportedRunRow;
  readonly tasks: readonly ReportedTaskChange[];
  readonly lines: readonly NewLogLine[];
  /** By these reports, not before them. */
  readonly hasEnded: boolean;
}

/**
 * Applies reports of one run in the order of their numbers. Numbers up to the last one that counted are repetitions; a gap is what
 * the program had no room for. A run that is final takes nothing but log lines and a resumption.
 *
 * @param tasks At least those that {@link tasksToFold} names.
 * @param reporter Whoever resumes a run reports it from then on.
 * @returns Nothing when nothing is new.
 */
export function foldEvents(
  before: ReportedRunRow,
  tasks: readonly TaskStatus[],
  reports: readonly RunEvent[],
  reporter: string | null,
  maxLogLines: number,
): FoldedRun | undefined {
  const run = { ...before };
  const record = RunRecord.from({ run: asStatus(run, tasks), outputs: {}, sequence: run.reportedSequence });
  const changes = new TaskChanges(record, run.id);
  const lines: NewLogLine[] = [];
  let ownProgress = run.kind !== 'flow';
  for (const report of [...reports].sort((a, b) => a.sequence - b.sequence)) {
    if (report.sequence <= record.sequence) continue;
    if (report.type === 'log') addLine(run, lines, report, maxLogLines);
    if (report.type === 'run-resumed' && record.state !== 'completed') {
      Object.assign(run, { reporter, cancelRequested: false });
      changes.addAll(tasks);
    }
    if (!record.isFinal) {
      changes.add(report);
      ownProgress ||= report.type === 'progress' && report.key === null;
    }
    record.apply(report);
  }
  if (record.sequence === before.reportedSequence) return undefined;
  const { state, result, error, startedAt, finishedAt, progress } = record.status();
  Object.assign(run, { state, result, error, startedAt, finishedAt, reportedSequence: record.sequence });
  if (ownProgress) run.progress = progress;
  const hasEnded = finishedAt !== null && finishedAt !== before.finishedAt;
  return { run, tasks: changes.list(), lines, hasEnded };
}

/** The keys of the tasks without which reports cannot be applied; nothing: all of them. */
export function tasksToFold({ kind }: ReportedRunRow, reports: readonly RunEvent[]): string[] | undefined {
  // how far a pipeline is, all of its steps say; a flow may have thousands of tasks, and says it by itself
  if (kind !== 'flow' || reports.some(({ type }) => type === 'run-resumed')) return undefined;
  return [...new Set(reports.flatMap((report) => ('key' in report && report.key !== null ? [report.key] : [])))];
}

/** Which task runs reports change, and what that makes of their outputs. */
class TaskChanges {
  readonly #record: RunRecord;
  readonly #runId: string;
  readonly #outputs = new Map<string, Pick<ReportedTaskChange, 'outputIs' | 'output'>>();

  constructor(record: RunRecord, runId: string) {
    this.#record = record;
    this.#runId = runId;
  }

  add(report: RunEvent): void {
    if (!('key' in report) || report.key === null) return;
    const { type, key } = report;
    if (type === 'task-created') this.#outputs.set(key, { outputIs: 'none' });
    else if (type === 'task-state' && report.output !== undefined) {
      this.#outputs.set(key, { outputIs: 'given', output: report.output });
    } else if (!this.#outputs.has(key)) this.#outputs.set(key, { outputIs: 'kept' });
  }

  addAll(tasks: readonly TaskStatus[]): void {
    for (const { key } of tasks) if (!this.#outputs.has(key)) this.#outputs.set(key, { outputIs: 'kept' });
  }

  list(): ReportedTaskChange[] {
    return [...this.#outputs].flatMap(([key, output]) => {
      const task = this.#record.task(key);
      return task ? [{ ...task, ...output, runId: this.#runId }] : [];
    });
  }
}

function addLine(
  run: ReportedRunRow,
  lines: NewLogLine[],
  { at, level, message, task }: Extract<RunEvent, { type: 'log' }>,
  max: number,
): void {
  if (run.logLines >= max) return;
  run.logLines += 1;
  const full = `The log is full: it keeps the first ${max - 1} lines.`;
  const last = { level: 'warning', message: full, task: null } as const;
  lines.push({ runId: run.id, line: run.logLines, at, ...(run.logLines === max ? last : { level, message, task }) });
}

/** What folding looks at; the rest of the record is not its business. */
function asStatus(run: ReportedRunRow, tasks: readonly TaskStatus[]): RunStatus {
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
    overallStatus: 'ongoing',
    processStatus: {},
    fileId: null,
    input: null,
    parent: null,
    worker: null,
    createdAt: '',
    durationMs: null,
    expiresAt: null,
  };
}
