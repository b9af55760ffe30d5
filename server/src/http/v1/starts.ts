import type { Hono } from 'hono';
import { startRunRequest, startRunsRequest } from 'millrace/shared/wire/work.js';
import { startRuns, type StartResult } from '../../engine/served/start-runs.js';
import type { Access } from '../../store/tables/access.js';
import { findRuns } from '../../store/tables/runs.js';
import { ApiError } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { requireRun, toItemError, runNotFound } from './error-response.js';
import { parseBody } from './parse-query.js';

/** `POST /v1/runs`: starts a run or a list of runs, which workers execute. */
export function addStartRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;

  app.post('/v1/runs', async (c) => {
    const access = c.get('access');
    const body = await readJson(c, http.settings);
    if (typeof body === 'object' && body !== null && 'runs' in body) {
      return c.json({ items: await startMany(http, access, parseBody(startRunsRequest, body).runs) });
    }
    const idempotencyKey = c.req.header('idempotency-key');
    const request = parseBody(
      startRunRequest,
      idempotencyKey === undefined ? body : { idempotencyKey, ...(body as object) },
    );
    const [result] = (await startRuns(engine, access, [request])) as [StartResult];
    if ('error' in result) throw result.error;
    const records = await findRuns(engine.db, access, [result.runId], engine.clock.now());
    return c.json(requireRun(records.get(result.runId), result.runId).status, 201);
  });
}

/** Starts a list of runs. Each item is accepted or refused separately. @returns For each item, the run's status or `{ error }`. */
async function startMany({ engine }: HttpContext, access: Access, items: readonly unknown[]): Promise<unknown[]> {
  const parsedItems = items.map((item) => {
    try {
      return { request: parseBody(startRunRequest, item) };
    } catch (error) {
      if (error instanceof ApiError) return { error };
      throw error;
    }
  });
  const requests = parsedItems.flatMap((item) => ('request' in item ? [item.request] : []));
  const startResults = await startRuns(engine, access, requests);
  const resultByRequest = new Map(requests.map((request, index) => [request, startResults[index]]));
  const results = parsedItems.flatMap((item) => ('request' in item ? (resultByRequest.get(item.request) ?? []) : item));
  const ids = results.flatMap((result) => ('runId' in result ? [result.runId] : []));
  const records = await findRuns(engine.db, access, ids, engine.clock.now());
  return results.map((result) => {
    if ('error' in result) return { error: toItemError(result.error) };
    // if the request was repeated, its run may have been deleted in the meantime
    return records.get(result.runId)?.status ?? { error: toItemError(runNotFound(result.runId)) };
  });
}
