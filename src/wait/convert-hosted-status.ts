import type { KnownRunError, RunState, RunStatus, TaskStatus } from '../shared/runs/run-status.js';
import type { ProcessStatusResponse } from '../shared/wire/hosted-responses.js';
import type { PipelineContext } from '../http/call-hosted.js';

/**
 * Converts a status response of the hosted protocol into a run's record. The response reports only which modules have completed or, if the
 * run failed, which module failed and why. If a failure does not name a module of the chain, the first module is marked as failed.
 */
export function convertHostedStatus(
  { name, chain }: PipelineContext,
  requestId: string,
  { doneEntries, failure, fileId }: ProcessStatusResponse,
): RunStatus {
  const isDoneByKey = new Map(doneEntries);
  const failedIndex = failure ? Math.max(0, chain.indexOf(failure.module ?? '')) : -1;
  const completedCount = chain.filter((_, i) =>
    failure ? i < failedIndex : isDoneByKey.get(`module_${i + 1}`) === true,
  ).length;
  const isComplete = !failure && completedCount === chain.length;
  const state: RunState = failure ? 'failed' : isComplete ? 'completed' : 'running';
  const error: KnownRunError | undefined = failure && {
    code: 'module_failed',
    message:
      failure.message ?? (failure.module === undefined ? 'a module failed' : `module '${failure.module}' failed`),
    ...(failure.module !== undefined && { task: failure.module }),
  };
  const tasks = chain.map((module, index): TaskStatus => {
    const taskState = getTaskState(index, completedCount, failedIndex);
    return {
      key: `module_${index + 1}`,
      name: module,
      version: null,
      model: null,
      index,
      state: taskState,
      attempt: taskState === 'pending' || taskState === 'skipped' ? 0 : 1,
      progress: null,
      after: index === 0 ? [] : [`module_${index}`],
      childRun: null,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      error: taskState === 'failed' && error ? error : null,
    };
  });
  return {
    requestId,
    name: requestId,
    kind: 'hosted',
    of: name,
    version: null,
    state,
    late: false,
    waitsFor: null,
    attempt: null,
    priority: 0,
    scheduledFor: null,
    rerunOf: null,
    batch: null,
    progress: {
      current: completedCount,
      total: chain.length,
      percent: isComplete ? 100 : Math.floor((100 * completedCount) / chain.length),
    },
    tasks,
    overallStatus: failure ? 'failed' : isComplete ? 'complete' : 'ongoing',
    processStatus: Object.fromEntries(tasks.map((task) => [task.key, task.state === 'completed'])),
    fileId,
    input: null,
    result: null,
    error: error ?? null,
    warnings: [],
    warningCount: 0,
    parent: null,
    worker: null,
    // the hosted protocol does not report the creation time, so this is the time of the response
    createdAt: new Date().toISOString(),
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    expiresAt: null,
  };
}

function getTaskState(index: number, completedCount: number, failedIndex: number): TaskStatus['state'] {
  if (failedIndex >= 0) return index < failedIndex ? 'completed' : index === failedIndex ? 'failed' : 'skipped';
  return index < completedCount ? 'completed' : index === completedCount ? 'running' : 'pending';
}
