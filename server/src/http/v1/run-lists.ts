import type { Hono } from 'hono';
import type { RunList, RunPoints } from 'millrace/shared/runs/run-lists.js';
import { runKinds, runStates } from 'millrace/shared/runs/run-state.js';
import * as z from 'zod';
import { countRuns, listRuns, readRunPoints } from '../../store/tables/run-lists/list-runs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { flagParam, parseQuery, decodeRunCursor, timeParam, encodeCursor } from './parse-query.js';

/** The query parameters that select runs. */
export const filterParams = {
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(runStates)))
    .transform((states) => [...new Set(states)])
    .optional(),
  of: z.string().optional(),
  kind: z.enum(runKinds).optional(),
  name: z.string().optional(),
  worker: z.uuid().optional(),
  since: timeParam,
  until: timeParam,
  root: flagParam,
  parent: z.uuid().optional(),
  batch: z.uuid().optional(),
  fingerprint: z.string().optional(),
  q: z.string().max(500).optional(),
};

const runSortKeys = ['created', 'started', 'finished', 'duration'] as const;

const listQuery = z.object({
  ...filterParams,
  sort: z
    .enum(runSortKeys.flatMap((by) => [by, `-${by}`] as const))
    .default('-created')
    .transform((text) => ({
      by: text.replace('-', '') as (typeof runSortKeys)[number],
      isDescending: text.startsWith('-'),
    })),
  count: flagParam,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

const pointsQuery = z.object({
  ...filterParams,
  limit: z.coerce.number().int().min(1).max(10_000).default(2000),
});

/** `GET /v1/runs` lists runs. `GET /v1/runs/points` returns chart points for the newest runs that have started. */
export function addRunListRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  const { db, clock } = engine;

  app.get('/v1/runs', async (c) => {
    const { cursor, count, ...query } = parseQuery(listQuery, c.req.query());
    assertSearchable(query);
    const access = c.get('access');
    const now = clock.now();
    const after = cursor === undefined ? undefined : decodeRunCursor(cursor, query.sort);
    const [{ items, next }, total] = await Promise.all([
      listRuns(db, access, { ...query, after }, now),
      count ? countRuns(db, access, query, now) : undefined,
    ]);
    const nextCursor = encodeCursor(next && { ...next, isDescending: query.sort.isDescending });
    const response: RunList = { items, nextCursor, ...total };
    return c.json(response);
  });

  app.get('/v1/runs/points', async (c) => {
    const { limit, ...filter } = parseQuery(pointsQuery, c.req.query());
    const response: RunPoints = await readRunPoints(db, c.get('access'), filter, limit, clock.now());
    return c.json(response);
  });
}

/** @throws `ApiError` 400 if the request searches a list that is not sorted by creation time. */
function assertSearchable({ q, sort }: Pick<z.output<typeof listQuery>, 'q' | 'sort'>): void {
  if (q === undefined || sort.by === 'created') return;
  throw new ApiError(400, 'validation', `Expected \`sort\` to be created or -created if \`q\` is set, got ${sort.by}`);
}
