import type { Hono } from 'hono';
import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import { heartbeatRequest, workerRequest } from 'millrace/shared/wire/events.js';
import * as z from 'zod';
import { recordHeartbeat } from '../../engine/reported/heartbeat.js';
import { listWorkers, registerWorker } from '../../store/tables/workers.js';
import type { Access } from '../../store/tables/access.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { ApiError, tooManyWorkers, notFound } from '../api-error.js';
import { assertNameAllowed } from '../authenticate.js';
import { parseBody, flagParam, parseId, parseQuery } from './parse-query.js';

/** How long a worker remains in statistics and in lists without `all` after it was last seen, in milliseconds. */
export const hiddenAfterMs = 24 * 3_600_000;

const listQuery = z.object({ all: flagParam });

/** `/v1/workers`: registers and lists the programs that execute runs, and records their heartbeats. */
export function addWorkerRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, settings } = http;
  const ago = (milliseconds: number) => new Date(engine.clock.now().getTime() - milliseconds);
  const onlineSince = () => ago(engine.reporting.offlineAfterMs);

  app.post('/v1/workers', async (c) => {
    const access = c.get('access');
    const worker = parseBody(workerRequest, await readJson(c, settings));
    assertWorkerAllowed(access, worker.pipelines);
    const { maxWorkers } = engine.reporting;
    const id = await registerWorker(engine.db, access.account, worker, { now: engine.clock.now(), maxWorkers });
    if (id === undefined) throw tooManyWorkers();
    const [registered] = await listWorkers(engine.db, access, { id, onlineSince: onlineSince() });
    return c.json(registered);
  });

  app.get('/v1/workers', async (c) => {
    const { all } = parseQuery(listQuery, c.req.query());
    const items = await listWorkers(engine.db, c.get('access'), {
      onlineSince: onlineSince(),
      ...(all ? {} : { seenSince: ago(hiddenAfterMs) }),
    });
    return c.json({ items });
  });

  app.post('/v1/workers/:id/heartbeat', async (c) => {
    const id = parseId(c.req.param('id'), 'worker');
    const { runs, reporter } = parseBody(heartbeatRequest, await readJson(c, settings));
    const response = await recordHeartbeat(engine, c.get('access'), id, runs ?? undefined, reporter);
    if (!response) throw notFound(`There is no worker ${id}: it never existed or was deleted. Register it again`);
    return c.json({ runs: response });
  });
}

/** @throws `ApiError` 403 if the key is restricted to certain names, and the worker has other pipelines or no pipelines. */
function assertWorkerAllowed(access: Access, pipelines: readonly WorkerPipeline[]): void {
  for (const { name } of pipelines) assertNameAllowed(access, name);
  if (access.names === null || pipelines.length > 0) return;
  throw new ApiError(
    403,
    'forbidden',
    'Expected the worker to have at least one pipeline, because this key is limited to certain names',
  );
}
