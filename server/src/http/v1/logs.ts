import type { Hono } from 'hono';
import type { LogPage } from 'millrace/shared/runs/run-event.js';
import * as z from 'zod';
import { isFinal, waitForRun } from '../../engine/watch-run.js';
import { readLogLines, type LogFilter } from '../../store/tables/run-logs.js';
import { findRun } from '../../store/tables/runs.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { orNotFound } from './endpoint.js';
import { readId, readQuery } from './read-query.js';

const logQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  level: z.enum(['debug', 'info', 'warning', 'error']).default('debug'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  wait: z.coerce.number().min(0).max(60).default(0),
});

/** `/v1/runs/:id/logs`: the lines of a run, from a number on; with `wait`, held back until there are some or the run is over. */
export function logRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/v1/runs/:id/logs', async (c) => {
    const id = readId(c.req.param('id'), 'run');
    const { wait, ...filter } = readQuery(logQuery, c.req.query());
    const deadline = performance.now() + wait * 1000;
    const signals = [c.req.raw.signal, http.closing];
    return c.json(await readPage(http, c.get('account').id, id, filter, deadline, signals));
  });
}

async function readPage(
  { engine, changes }: HttpContext,
  accountId: string,
  id: string,
  filter: LogFilter,
  deadline: number,
  signals: readonly AbortSignal[],
): Promise<LogPage> {
  let record = await findRun(engine.db, accountId, id, engine.clock.now());
  for (;;) {
    // looked at before the lines are, so that none is missing from a page that says it is the last
    const { status, sequence } = orNotFound(record, id);
    const items = await readLogLines(engine.db, id, filter);
    const isOver = isFinal(status.state);
    const left = deadline - performance.now();
    if (items.length > 0 || isOver || left <= 0 || signals.some((signal) => signal.aborted)) {
      return { items, last: items.at(-1)?.line ?? filter.after, done: isOver && items.length < filter.limit };
    }
    record = await waitForRun(engine, changes, accountId, id, { since: sequence, timeoutMs: left, signals });
  }
}
