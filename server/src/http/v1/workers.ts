import type { Hono } from 'hono';
import { heartbeatRequest, workerRequest } from 'millrace/shared/wire/events.js';
import * as z from 'zod';
import { heartbeat } from '../../engine/reported/heartbeat.js';
import { listWorkers, registerWorker } from '../../store/tables/workers.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { tooManyWorkers, notFound } from '../api-error.js';
import { checkBody, readId, readQuery } from './read-query.js';

/** How long a worker can go without a heartbeat before lists omit it, in milliseconds. With `all`, lists include every worker. */
export const hiddenAfterMs = 24 * 3_600_000;

const listQuery = z.object({ all: z.enum(['', 'true', 'false', '1', '0']).optional() });

/** `/v1/workers`: registers and lists the programs that execute runs, and receives their heartbeats. */
export function workerRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, settings } = http;
  const before = (milliseconds: number) => new Date(engine.clock.now().getTime() - milliseconds);
  const onlineSince = () => before(engine.reporting.offlineMs);

  app.post('/v1/workers', async (c) => {
    const account = c.get('account').id;
    const worker = checkBody(workerRequest, await readJson(c, settings));
    const { maxWorkers } = engine.reporting;
    const id = await registerWorker(engine.db, account, worker, { now: engine.clock.now(), maxWorkers });
    if (id === undefined) throw tooManyWorkers();
    const [registered] = await listWorkers(engine.db, account, { id, onlineSince: onlineSince() });
    return c.json(registered);
  });

  app.get('/v1/workers', async (c) => {
    const { all } = readQuery(listQuery, c.req.query());
    const includeHidden = all !== undefined && all !== 'false' && all !== '0';
    const items = await listWorkers(engine.db, c.get('account').id, {
      onlineSince: onlineSince(),
      ...(includeHidden ? {} : { seenSince: before(hiddenAfterMs) }),
    });
    return c.json({ items });
  });

  app.post('/v1/workers/:id/heartbeat', async (c) => {
    const id = readId(c.req.param('id'), 'worker');
    const { runs } = checkBody(heartbeatRequest, await readJson(c, settings));
    const response = await heartbeat(engine, c.get('account').id, id, runs ?? undefined);
    if (!response) throw notFound(`There is no worker ${id}: it never existed or was deleted. Register it again`);
    return c.json({ runs: response });
  });
}
