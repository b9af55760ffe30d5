import type { Hono } from 'hono';
import type { LogPage } from 'millrace/shared/runs/run-event.js';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import * as z from 'zod';
import { waitForChange } from '../../engine/wait-for-run.js';
import type { Access } from '../../store/tables/access.js';
import { countLogLines, findLastLine, readLogLines, type LogFilter } from '../../store/tables/run-logs.js';
import { findRunState } from '../../store/tables/runs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { requireRun } from './error-response.js';
import { flagParam, parseId, parseQuery } from './parse-query.js';

const lineParam = z.coerce.number().int().min(0);

const logQuery = z.object({
  after: lineParam.default(0),
  before: lineParam.optional(),
  level: z.enum(['debug', 'info', 'warning', 'error']).default('debug'),
  task: z.string().optional(),
  q: z.string().max(500).optional(),
  counts: flagParam,
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  wait: z.coerce.number().min(0).max(60).default(0),
});

/**
 * `GET /v1/runs/:id/logs`: returns the first matching log lines after the line `after` or, with `before`, the last matching lines between
 * `after` and `before`. If no line matches, waits at most `wait` seconds for a matching line or the end of the run.
 */
export function addLogRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/v1/runs/:id/logs', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const { wait, counts, ...filter } = parseQuery(logQuery, c.req.query());
    if (wait > 0 && filter.before !== undefined) {
      throw new ApiError(
        400,
        'validation',
        'Expected `before` without `wait`, got both: new lines are never added before an existing line',
      );
    }
    const deadline = performance.now() + wait * 1000;
    const signals = [c.req.raw.signal, http.closing];
    if (!counts) return c.json(await readPage(http, c.get('access'), id, filter, deadline, signals));
    // lines that are written during the request are neither on the page nor counted
    const lastLine = await findLastLine(http.engine.db, id);
    const before = filter.before && Math.min(filter.before, lastLine + 1);
    const page = await readPage(http, c.get('access'), id, { ...filter, before }, deadline, signals);
    return c.json({ ...page, counts: await countLogLines(http.engine.db, id, { ...filter, lastLine }) });
  });
}

async function readPage(
  { engine, runChanges }: HttpContext,
  access: Access,
  id: string,
  filter: LogFilter,
  deadline: number,
  signals: readonly AbortSignal[],
): Promise<LogPage> {
  for (;;) {
    // read the run's state before its log: if the run had already ended, the log is complete
    const { state, sequence } = requireRun(await findRunState(engine.db, access, id, engine.clock.now()), id);
    const items = await readLogLines(engine.db, id, filter);
    const hasEnded = isFinalState(state);
    if (filter.before !== undefined) {
      const done = hasEnded && (await findLastLine(engine.db, id)) < filter.before;
      return { items, last: items.at(-1)?.line ?? filter.after, done };
    }
    const remainingMs = deadline - performance.now();
    if (items.length > 0 || hasEnded || remainingMs <= 0 || signals.some((signal) => signal.aborted)) {
      return { items, last: items.at(-1)?.line ?? filter.after, done: hasEnded && items.length < filter.limit };
    }
    await waitForChange(engine, runChanges, access, id, { since: sequence, timeoutMs: remainingMs, signals });
  }
}
