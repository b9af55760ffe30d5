import type { Hono } from 'hono';
import {
  statsRanges,
  type FailureGroups,
  type PipelineSummaries,
  type PipelineSummary,
  type RunStats,
  type StatsRange,
} from 'millrace/shared/runs/run-stats.js';
import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import * as z from 'zod';
import { groupFailures } from '../../store/tables/failures.js';
import { countWorkers, createZeroCounts, readPipelines, readRunStats } from '../../store/tables/run-stats.js';
import { countDeliveries } from '../../store/tables/webhooks/webhook-deliveries.js';
import { listWorkers } from '../../store/tables/workers.js';
import { readUnmatchedEvents } from '../../store/tables/account-counters.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { parseQuery } from './parse-query.js';
import { hiddenAfterMs } from './workers.js';

const secondsPerMinute = 60;
const secondsPerHour = 3600;

/** The supported time ranges. Each is divided into 56 to 60 buckets. */
const ranges: Readonly<Record<StatsRange, { readonly seconds: number; readonly bucketSeconds: number }>> = {
  '1h': { seconds: secondsPerHour, bucketSeconds: secondsPerMinute },
  '6h': { seconds: 6 * secondsPerHour, bucketSeconds: 6 * secondsPerMinute },
  '24h': { seconds: 24 * secondsPerHour, bucketSeconds: 24 * secondsPerMinute },
  '7d': { seconds: 7 * 24 * secondsPerHour, bucketSeconds: 3 * secondsPerHour },
  '30d': { seconds: 30 * 24 * secondsPerHour, bucketSeconds: 12 * secondsPerHour },
};

const rangeParam = z.enum(statsRanges);
const statsQuery = z.object({ range: rangeParam.default('24h') });
const failureQuery = z.object({ range: rangeParam.default('24h'), of: z.string().optional() });
const pipelineQuery = z.object({ range: rangeParam.default('7d') });

/**
 * `GET /v1/stats` returns statistics for the runs created in a recent time range, counts of workers, unmatched reports and webhook
 * deliveries, and the disk space. `GET /v1/failures` groups the failed and crashed runs created in a recent time range by reason.
 * `GET /v1/pipelines` lists the pipelines, flows and tasks with runs in a recent time range, and those that online workers serve.
 */
export function addStatsRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  const ago = (milliseconds: number) => new Date(engine.clock.now().getTime() - milliseconds);
  const getRangeStart = (range: StatsRange) => ago(ranges[range].seconds * 1000);
  const onlineSince = () => ago(engine.reporting.offlineAfterMs);

  app.get('/v1/stats', async (c) => {
    const { range } = parseQuery(statsQuery, c.req.query());
    const { bucketSeconds } = ranges[range];
    const access = c.get('access');
    const to = engine.clock.now();
    const from = getRangeStart(range);
    const [stats, workers, unmatchedReports, webhooks, disk] = await Promise.all([
      readRunStats(engine.db, access, { from, to, bucketSeconds }),
      countWorkers(engine.db, access, onlineSince(), ago(hiddenAfterMs)),
      readUnmatchedEvents(engine.db, access),
      countDeliveries(engine.db, access, from),
      engine.blobs.readDiskSpace(),
    ]);
    const response: RunStats = {
      range,
      from: from.toISOString(),
      to: to.toISOString(),
      ...stats,
      bucketSeconds,
      workers,
      unmatchedReports,
      webhooks,
      disk,
    };
    return c.json(response);
  });

  app.get('/v1/failures', async (c) => {
    const { range, of } = parseQuery(failureQuery, c.req.query());
    const now = engine.clock.now();
    const items = await groupFailures(engine.db, c.get('access'), { from: getRangeStart(range), of, now });
    const response: FailureGroups = { range, items };
    return c.json(response);
  });

  app.get('/v1/pipelines', async (c) => {
    const { range } = parseQuery(pipelineQuery, c.req.query());
    const access = c.get('access');
    const seenSince = onlineSince();
    const workers = await listWorkers(engine.db, access, { onlineSince: seenSince, seenSince });
    const servedNames = workers.flatMap(({ pipelines }) => pipelines.map(({ name }) => name));
    const items = await readPipelines(engine.db, access, getRangeStart(range), servedNames);
    const response: PipelineSummaries = { range, items: addWorkers(items, workers) };
    return c.json(response);
  });
}

/** Adds the workers to the pipelines that they serve, and appends the served pipelines that are not in the list. */
function addWorkers(pipelines: readonly PipelineSummary[], workers: readonly WorkerRecord[]): PipelineSummary[] {
  const workersByPipeline = new Map<string, PipelineSummary['servedBy']>();
  for (const { id, name, version, pipelines: served } of workers) {
    for (const pipeline of served) {
      workersByPipeline.set(pipeline.name, [...(workersByPipeline.get(pipeline.name) ?? []), { id, name, version }]);
    }
  }
  const listedNames = new Set(pipelines.map(({ of }) => of));
  const unlistedNames = [...workersByPipeline.keys()].filter((of) => !listedNames.has(of)).sort();
  return [
    ...pipelines.map((pipeline) => ({
      ...pipeline,
      // the server itself runs hosted pipelines
      servedBy: pipeline.kind === 'hosted' ? [] : (workersByPipeline.get(pipeline.of) ?? []),
    })),
    ...unlistedNames.map((of) => ({
      of,
      kind: null,
      modules: null,
      versions: [],
      servedBy: workersByPipeline.get(of) ?? [],
      lastRun: null,
      runs: createZeroCounts(),
      successRate: null,
      durations: { p50: null, p95: null },
    })),
  ];
}
