import type { RunStatus, RunSummary, RunWarning, TaskStatus } from '../../index.js';
import type { Usage } from '../../shared/runs/usage.js';
import { formatWarning } from '../../shared/runs/run-warning.js';
import { formatDuration, formatTable } from './table.js';

/**
 * Formats a run as human-readable lines: its details, tasks, child runs and warnings.
 *
 * @param children The runs that this run started. Runs that already appear in a task's line are omitted.
 * @param neverExpires Whether a file without `expiresAt` never expires. If false, the line `expires` is omitted for such a file.
 */
export function formatRun(
  status: RunStatus | RunSummary,
  children: readonly RunSummary[] = [],
  neverExpires = false,
): string[] {
  const { requestId, name, kind, of, state, progress, fileId, error, expiresAt } = status;
  const [tasks, warnings] = 'tasks' in status ? [status.tasks, status.warnings] : [[], []];
  const waitReason = describeWaitReason(status);
  const progressText = state !== 'completed' && progress.percent !== null ? `, ${Math.floor(progress.percent)}%` : '';
  const rows = [
    ['run', `${requestId} (${name})`],
    [kind === 'hosted' ? 'pipeline' : kind, of],
    ['state', `${state}${progressText}${waitReason === undefined ? '' : `, ${waitReason}`}`],
    ...(fileId === null ? [] : [['file', fileId]]),
    ...(status.parent === null ? [] : [['part of', status.parent]]),
    ...(status.rerunOf === null ? [] : [['rerun of', status.rerunOf]]),
    ...(status.durationMs === null ? [] : [['took', formatDuration(status.durationMs)]]),
    ...(expiresAt === null
      ? neverExpires && fileId !== null
        ? [['expires', 'never']]
        : []
      : [['expires', expiresAt]]),
    ...('taskCounts' in status ? formatTaskCounts(status) : []),
    ...(status.warningCount === 0 ? [] : [['warnings', String(status.warningCount)]]),
    ...(error === null
      ? []
      : [['error', error.task === undefined ? error.message : `${error.task}: ${error.message}`]]),
  ];
  const shownIds = new Set(tasks.map(({ childRun }) => childRun));
  const remainingChildren = children.filter(({ requestId }) => !shownIds.has(requestId));
  return [
    ...formatTable(rows),
    ...(tasks.length > 0 ? formatTable(tasks.map(formatTask), '  ') : []),
    ...formatTable(
      remainingChildren.map((child) => [`run ${child.requestId}`, child.of, child.state]),
      '  ',
    ),
    ...warnings.map((warning) => `warning: ${formatWarning(warning)}`),
  ];
}

/** Returns why the run is waiting, or `undefined` if it is not waiting or its wait is still too short to report. */
function describeWaitReason({ waitsFor, late }: Pick<RunSummary, 'waitsFor' | 'late'>): string | undefined {
  return waitsFor ?? (late ? 'still waiting for a worker' : undefined);
}

function formatTaskCounts({ taskCounts }: RunSummary): string[][] {
  const counts = Object.entries(taskCounts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  return counts.length === 0 ? [] : [['tasks', counts.join(', ')]];
}

function formatTask(task: TaskStatus): string[] {
  const { key, name, model, state, attempt, durationMs, progress } = task;
  const percent = progress?.percent;
  const progressText = state === 'running' && percent != null ? ` ${Math.floor(percent)}%` : '';
  return [
    key,
    model === null ? name : `${name} (${model})`,
    `${state}${progressText}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
    durationMs === null ? '' : formatDuration(durationMs),
    task.usage ? formatUsage(task.usage) : task.childRun === null ? '' : `run ${task.childRun}`,
  ];
}

/** Formats the usage of a model endpoint: `3 requests (1 more from the cache), 6120 tokens in, 940 out`. */
export function formatUsage({ requests, cached, inputTokens, outputTokens }: Usage): string {
  const fromCache = cached === 0 ? '' : ` (${cached} more from the cache)`;
  return `${requests} request${requests === 1 ? '' : 's'}${fromCache}, ${inputTokens} tokens in, ${outputTokens} out`;
}

/** Maximum number of warnings to print for a file. */
const maxWarnings = 10;

/** Formats the first {@link maxWarnings} warnings of a file's run. If there are more, the last line says how to list them. */
export function formatWarnings(requestId: string, warnings: readonly RunWarning[]): string[] {
  const lines = warnings.slice(0, maxWarnings).map(formatWarning);
  return warnings.length > maxWarnings ? [...lines, `To list all warnings: millrace status ${requestId}`] : lines;
}

/** Describes what a run is doing, such as `parser (1 of 2), attempt 2`. */
export function describeStage(status: RunStatus): string {
  const { state, tasks } = status;
  const waitReason = describeWaitReason(status);
  const task = tasks.find((candidate) => candidate.state === 'running' || candidate.state === 'retrying');
  if (state === 'pending' && waitReason !== undefined) return `pending: ${waitReason}`;
  if (!task) return state;
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : '';
  return `${task.name} (${task.index + 1} of ${tasks.length})${attempt}`;
}

/** Returns a run's progress as a fraction between 0 and 1, or `undefined` if it is unknown. */
export function getProgressFraction({ progress }: RunStatus): number | undefined {
  return progress.percent === null ? undefined : progress.percent / 100;
}
