import type { RunReport } from 'millrace/types/run-report.js';
import type { Progress } from 'millrace/types/run-status.js';
import type { ReportedRunRow, ReportedTaskRow } from '../store/reported-runs.js';
import type { NewLogLine } from '../store/run-logs.js';

/** A run as far as it is loaded, and what reports made of it. */
export interface FoldedRun {
  readonly run: ReportedRunRow;
  /** Those that the reports are about, by key. */
  readonly tasks: Map<string, ReportedTaskRow>;
  readonly changedTasks: Set<ReportedTaskRow>;
  readonly lines: NewLogLine[];
  isChanged: boolean;
}

const final: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'crashed', 'skipped']);

/**
 * Applies reports of one run in the order of their numbers. Numbers up to the last one that counted are repetitions; a gap is what
 * the program had no room for. What is final stays: such a run takes log lines, and the ends of tasks that it did not wait for.
 */
export function foldReports(folded: FoldedRun, reports: readonly RunReport[], maxLogLines: number): void {
  const { run } = folded;
  for (const report of [...reports].sort((a, b) => a.sequence - b.sequence)) {
    if (report.sequence <= run.reportedSequence) continue;
    run.reportedSequence = report.sequence;
    folded.isChanged = true;
    apply(folded, report, maxLogLines);
  }
}

function apply(folded: FoldedRun, report: RunReport, maxLogLines: number): void {
  switch (report.type) {
    // the row is there already, or this report would not have come so far
    case 'run-created':
      return;
    case 'log': {
      addLine(folded, report, maxLogLines);
      return;
    }
    case 'run-state': {
      moveRun(folded.run, report);
      return;
    }
    case 'task-created': {
      createTask(folded, report);
      return;
    }
    case 'task-state': {
      moveTask(folded, report);
      return;
    }
    case 'progress': {
      advance(folded, report);
      return;
    }
  }
}

type Of<T extends RunReport['type']> = Extract<RunReport, { type: T }>;

function addLine({ run, lines }: FoldedRun, report: Of<'log'>, max: number): void {
  if (run.logLines >= max) return;
  run.logLines += 1;
  const { at, level, message, task } = report;
  const isLast = run.logLines === max;
  const full = `The log is full: it keeps the first ${max - 1} lines.`;
  lines.push({
    runId: run.id,
    line: run.logLines,
    at,
    ...(isLast ? { level: 'warning', message: full, task: null } : { level, message, task }),
  });
}

function moveRun(run: ReportedRunRow, { state, at, result, error }: Of<'run-state'>): void {
  if (final.has(run.state)) return;
  run.state = state;
  if (state !== 'pending') run.startedAt ??= at;
  run.error = error ?? null;
  if (!final.has(state)) return;
  run.finishedAt = laterOf(at, run.startedAt);
  run.result = result ?? null;
}

function createTask({ run, tasks, changedTasks }: FoldedRun, report: Of<'task-created'>): void {
  if (final.has(run.state) || tasks.has(report.key)) return;
  const { key, index, name, version, after } = report;
  const task: ReportedTaskRow = {
    runId: run.id,
    key,
    index,
    name,
    version,
    after,
    state: 'pending',
    attempt: 0,
    progress: null,
    childRun: null,
    startedAt: null,
    finishedAt: null,
    error: null,
  };
  tasks.set(key, task);
  changedTasks.add(task);
}

function moveTask({ tasks, changedTasks }: FoldedRun, report: Of<'task-state'>): void {
  const task = tasks.get(report.key);
  if (!task || final.has(task.state)) return;
  const { state, at, attempt, childRun, output, error } = report;
  if (attempt > task.attempt) task.progress = null;
  task.state = state;
  task.attempt = Math.max(attempt, task.attempt);
  if (state === 'running') task.startedAt ??= at;
  if (final.has(state)) task.finishedAt = laterOf(at, task.startedAt);
  task.childRun = childRun ?? task.childRun;
  task.error = error ?? null;
  if (output !== undefined) task.output = output;
  changedTasks.add(task);
}

/** Within an attempt progress does not go back, and 100 % is for what is completed. */
function advance({ tasks, changedTasks }: FoldedRun, { key, attempt, progress }: Of<'progress'>): void {
  const task = tasks.get(key);
  if (!task || final.has(task.state) || attempt !== task.attempt) return;
  if (task.progress && progress.current < task.progress.current) return;
  task.progress = capped(progress);
  changedTasks.add(task);
}

function capped(progress: Progress): Progress {
  return { ...progress, percent: progress.percent === null ? null : Math.min(99, progress.percent) };
}

/** A program's clock may be put back while it runs: nothing ends before it starts. */
function laterOf(at: string, start: string | null): string {
  return start !== null && start > at ? start : at;
}
