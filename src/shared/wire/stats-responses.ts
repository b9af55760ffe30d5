import * as z from 'zod';
import { statsRanges, type FailureGroups, type PipelineSummaries, type RunStats } from '../runs/run-stats.js';
import { runKinds, runStates } from '../runs/run-state.js';
import { count, id, nullableMilliseconds } from './field-types.js';

/** Schemas for the `/v1` responses with run statistics. */

const time = z.string();
const kind = z.enum(runKinds);
const range = z.enum(statsRanges);
const runs = z.record(z.enum(runStates), count);
const durations = z.object({ p50: nullableMilliseconds, p95: nullableMilliseconds });

export const statsResponse: z.ZodType<RunStats> = z.object({
  range,
  from: time,
  to: time,
  runs,
  durations,
  byOf: z.array(z.object({ of: z.string(), kind, runs, durations, before: durations })),
  before: z.object({ runs, durations }),
  buckets: z.array(z.object({ at: time, runs })),
  bucketSeconds: z.number(),
  workers: z.object({ online: count, offline: count }),
  unmatchedReports: count,
  webhooks: z.object({ pending: count, failed: count }),
  disk: z.object({ totalBytes: count, freeBytes: count }),
});

export const failuresResponse: z.ZodType<FailureGroups> = z.object({
  range,
  items: z.array(
    z.object({
      fingerprint: z.string(),
      of: z.string(),
      kind,
      step: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      count,
      first: time,
      last: time,
      example: id,
    }),
  ),
});

export const pipelinesResponse: z.ZodType<PipelineSummaries> = z.object({
  range,
  items: z.array(
    z.object({
      of: z.string(),
      kind: kind.nullable(),
      modules: z.array(z.string()).nullable(),
      versions: z.array(z.string()),
      servedBy: z.array(z.object({ id, name: z.string(), version: z.string() })),
      lastRun: z
        .object({
          requestId: id,
          name: z.string(),
          state: z.enum(runStates),
          createdAt: time,
          durationMs: nullableMilliseconds,
        })
        .nullable(),
      runs,
      successRate: z.number().nullable(),
      durations,
    }),
  ),
});
