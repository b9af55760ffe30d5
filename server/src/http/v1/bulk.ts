import type { Context, Hono } from 'hono';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { bulkRequest } from 'millrace/shared/wire/work.js';
import * as z from 'zod';
import { stopBulk } from '../../engine/bulk/bulk-jobs.js';
import { previewBulk, startBulk, type BulkRequest } from '../../engine/bulk/start-bulk.js';
import { findBulkJob } from '../../store/tables/bulk-jobs.js';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { checkBody, readId } from './read-query.js';
import { filterParams } from './run-lists.js';

const filterBody = z.strictObject(filterParams);

/** `/v1/runs/bulk` and `/v1/bulk`: does the same to many runs, and says how far that is. */
export function bulkRoutes(app: Hono<RouteEnv>, { engine, bulk, settings }: HttpContext): void {
  app.post('/v1/runs/bulk', async (c) => {
    const body = checkBody(bulkRequest, await readJson(c, settings));
    const access = c.get('access');
    assertMayDelete(c, body.action);
    const request: BulkRequest = { action: body.action, selection: readSelection(body) };
    if (body.dryRun) return c.json(await previewBulk(engine, access, request));
    const id = await startBulk(engine, access, request);
    bulk.wake();
    return c.json(await findBulkJob(engine.db, access, c.get('credential').key.id, id), 201);
  });

  app.get('/v1/bulk/:id', async (c) => c.json(await readJob(c, c.req.param('id'))));

  app.delete('/v1/bulk/:id', async (c) => {
    const { id } = await readJob(c, c.req.param('id'));
    await stopBulk(engine, c.get('access'), c.get('credential').key.id, id);
    return c.json(await readJob(c, id));
  });

  async function readJob(c: Context<RouteEnv>, param: string) {
    const id = readId(param, 'bulk job');
    const job = await findBulkJob(engine.db, c.get('access'), c.get('credential').key.id, id);
    if (!job) throw notFound(`There is no bulk job ${id}: it never existed, or ended a week ago`);
    return job;
  }
}

/** @throws `ApiError` 400 */
function readSelection({ ids, filter }: z.output<typeof bulkRequest>): BulkRequest['selection'] {
  if (ids) {
    if (filter) throw new ApiError(400, 'validation', 'Expected either `ids` or `filter`, got both');
    return { ids };
  }
  const chosen = checkBody(filterBody, filter ?? {});
  if (Object.values(chosen).some(isRestriction)) return { filter: chosen };
  throw new ApiError(
    400,
    'validation',
    'Expected `filter` to have a field, such as { "state": "failed" }, or `ids`, got neither, which would select every run',
  );
}

/** Whether a field leaves any run out. */
function isRestriction(value: unknown): boolean {
  return value !== undefined && value !== false && !(typeof value === 'string' && value.trim() === '');
}

/** @throws `ApiError` 403 */
function assertMayDelete(c: Context<RouteEnv>, action: BulkRequest['action']): void {
  const { role, name } = c.get('credential').key;
  if (action !== 'delete' || includesRole(role, 'operator')) return;
  throw new ApiError(
    403,
    'forbidden',
    `Expected a key with the role operator or above to delete runs, got the key ${name} with the role ${role}`,
  );
}
