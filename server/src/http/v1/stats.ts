import type { Hono } from 'hono';
import type { RunStats, StatsRange } from 'millrace/shared/runs/run-stats.js';
import * as z from 'zod';
import { countWorkers, readRunStats } from '../../store/tables/run-stats.js';
import { readUnmatchedEvents } from '../../store/tables/account-counters.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readQuery } from './read-query.js';
import { hiddenAfterMs } from './workers.js';

const minute = 60;
const hour = 3600;

/** The supported time ranges. Each is divided into about sixty buckets. */
const ranges: Readonly<Record<StatsRange, { readonly seconds: number; readonly bucketSeconds: number }>> = {
  '1h': { seconds: hour, bucketSeconds: minute },
  '6h': { seconds: 6 * hour, bucketSeconds: 6 * minute },
  '24h': { seconds: 24 * hour, bucketSeconds: 24 * minute },
  '7d': { seconds: 7 * 24 * hour, bucketSeconds: 3 * hour },
  '30d': { seconds: 30 * 24 * hour, bucketSeconds: 12 * hour },
};

const statsQuery = z.object({ range: z.enum(Object.keys(ranges) as [StatsRange, ...StatsRange[]]).default('24h') });

/** `GET /v1/stats`: counts runs, workers and unmatched events in a recent time range. */
export function statsRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  app.get('/v1/stats', async (c) => {
    const { range } = readQuery(statsQuery, c.req.query());
    const { seconds, bucketSeconds } = ranges[range];
    const access = c.get('access');
    const to = engine.clock.now();
    const before = (milliseconds: number) => new Date(to.getTime() - milliseconds);
    const from = before(seconds * 1000);
    const [stats, workers, unmatchedReports] = await Promise.all([
      readRunStats(engine.db, access, { from, to, bucketSeconds }),
      countWorkers(engine.db, access, before(engine.reporting.offlineMs), before(hiddenAfterMs)),
      readUnmatchedEvents(engine.db, access),
    ]);
    const response: RunStats = {
      range,
      from: from.toISOString(),
      to: to.toISOString(),
      ...stats,
      bucketSeconds,
      workers,
      unmatchedReports,
    };
    return c.json(response);
  });
}
