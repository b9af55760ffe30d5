import * as z from 'zod';
import type { BulkJobStatus, BulkPreview } from '../types/bulk.js';
import type { LogPage, ReportedRun, ResumePoint } from '../runs/run-event.js';
import { runKinds, runStates } from '../runs/run-state.js';
import type { RunList, RunPoints, RunTask } from '../runs/run-lists.js';
import type { RunStatus, RunSummary, TaskStatus } from '../runs/run-status.js';
import { count, id, nullableMilliseconds, nullableTime, outputExtension, usage } from './field-types.js';

/** Schemas for the `/v1` responses about runs and bulk jobs. */

const state = z.enum(runStates);
const taskState = z.enum([...runStates, 'skipped']);

const progress = z.object({
  current: z.number(),
  total: z.number().nullable(),
  percent: z.number().nullable(),
  message: z.string().exactOptional(),
  data: z.json().exactOptional(),
});

const runError = z
  .object({
    code: z.string(),
    message: z.string(),
    task: z.string().exactOptional(),
    details: z.json().exactOptional(),
  })
  .nullable();

const runWarning = z.object({
  code: z.string(),
  message: z.string(),
  module: z.string().nullable(),
  page: count.exactOptional(),
  part: z.string().exactOptional(),
});

const task: z.ZodType<TaskStatus> = z.object({
  key: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  model: z.string().nullable(),
  index: count,
  state: taskState,
  attempt: count,
  progress: progress.nullable(),
  after: z.array(z.string()),
  childRun: z.string().nullable(),
  startedAt: nullableTime,
  finishedAt: nullableTime,
  durationMs: nullableMilliseconds,
  error: runError,
  usage: usage.exactOptional(),
});

const run = z.object({
  requestId: z.string(),
  name: z.string(),
  kind: z.enum(runKinds),
  of: z.string(),
  version: z.string().nullable(),
  state,
  late: z.boolean(),
  waitsFor: z.string().nullable(),
  attempt: count.nullable(),
  priority: count,
  scheduledFor: nullableTime,
  rerunOf: z.string().nullable(),
  batch: z.string().nullable().default(null),
  progress,
  tasks: z.array(task),
  overallStatus: z.enum(['ongoing', 'complete', 'failed']),
  processStatus: z.record(z.string(), z.boolean()),
  fileId: id.nullable(),
  input: z.json(),
  result: z.json(),
  error: runError,
  warnings: z.array(runWarning),
  warningCount: count,
  parent: z.string().nullable(),
  worker: z.string().nullable(),
  createdAt: z.string(),
  startedAt: nullableTime,
  finishedAt: nullableTime,
  durationMs: nullableMilliseconds,
  expiresAt: nullableTime,
});

export const runResponse: z.ZodType<RunStatus> = run;
export const runSummaryResponse: z.ZodType<RunSummary> = run
  .omit({ tasks: true, processStatus: true, input: true, result: true, warnings: true })
  .extend({
    taskCounts: z.record(taskState, count),
    currentTasks: z.array(z.string()),
    subject: z.string().nullable(),
    fileTags: z.array(z.record(z.string(), z.string())).default([]),
  });

/**
 * The `output` field in the response to a request for a run. The server sends it if the client asked for it, the run has completed and the
 * output is small enough. `sha256` and `content` are base64-encoded.
 */
export const inlineOutputResponse = z.object({
  output: z.object({ extension: outputExtension, sha256: z.string(), content: z.base64() }).nullish(),
});

export const runsResponse: z.ZodType<RunList> = z.object({
  items: z.array(runSummaryResponse),
  nextCursor: z.string().nullable(),
  total: count.exactOptional(),
  totalIsExact: z.boolean().exactOptional(),
});

export const runTaskResponse: z.ZodType<RunTask> = z.object({
  task,
  input: z.json().exactOptional(),
  output: z.json().exactOptional(),
});

export const pointsResponse: z.ZodType<RunPoints> = z.object({
  items: z.array(
    z.object({
      requestId: z.string(),
      of: z.string(),
      state,
      startedAt: z.string(),
      durationMs: z.number(),
    }),
  ),
  more: z.boolean(),
});

export const logResponse: z.ZodType<LogPage> = z.object({
  items: z.array(
    z.object({
      line: count,
      at: z.string(),
      level: z.enum(['debug', 'info', 'warning', 'error']),
      message: z.string(),
      task: z.string().nullable(),
    }),
  ),
  last: count,
  done: z.boolean(),
  counts: z.object({ debug: count, info: count, warning: count, error: count }).exactOptional(),
});

const resumePoint: z.ZodType<ResumePoint> = z.object({
  run: runResponse,
  outputs: z.record(z.string(), z.json()),
  // older servers do not send `calls`
  calls: z
    .record(z.string(), z.object({ digest: z.string().nullable(), began: count, ended: count.nullable() }))
    .optional(),
  output: z.json().optional(),
  sequence: count,
});

export const resumeResponse = resumePoint;
export const claimsResponse = z.object({ runs: z.array(resumePoint), leaseSeconds: z.number() });
export const releaseResponse = z.object({ released: count });

const reportedRuns = z.record(
  z.string(),
  z.object({ sequence: count, state: state.nullable(), cancel: z.boolean() }) satisfies z.ZodType<ReportedRun>,
);

export const eventsResponse = z.object({
  runs: reportedRuns,
  refused: z.array(z.object({ index: count, message: z.string() })),
});

const refusals = z.array(z.object({ reason: z.string(), count }));

export const bulkPreviewResponse: z.ZodType<BulkPreview> = z.object({
  matched: count,
  more: z.boolean(),
  eligible: count,
  refused: refusals,
});

export const bulkJobResponse: z.ZodType<BulkJobStatus> = z.object({
  id: z.string(),
  action: z.enum(['resume', 'rerun', 'cancel', 'delete']),
  state: z.enum(['running', 'completed', 'stopped']),
  matched: count,
  done: count,
  succeeded: count,
  refused: refusals,
  createdAt: z.string(),
  finishedAt: nullableTime,
});
