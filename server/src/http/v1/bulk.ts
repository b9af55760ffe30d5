import type { Context, Hono } from 'hono';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { bulkRequest } from 'millrace/shared/wire/work.js';
import * as z from 'zod';
import { stopBulk } from '../../engine/bulk/bulk-job-runner.js';
import { previewBulk, startBulk, type BulkRequest } from '../../engine/bulk/start-bulk.js';
import { waitUntil } from '../../engine/wait-until.js';
import { findBulkJob } from '../../store/tables/bulk-jobs.js';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody, parseId, parseQuery } from './parse-query.js';
import { filterParams } from './run-lists.js';

const filterBody = z.strictObject(filterParams);

const waitQuery = z.object({
  wait: z.coerce.number().min(0).max(60).default(0),
  /**
   * The most recent value of `done` that the client received. A waiting request returns as soon as `done` has increased or the job has
   * ended.
   */
  done: z.coerce.number().int().min(0).default(0),
});

/** How often a waiting request checks its job, in milliseconds. */
const pollIntervalMs = 250;

/** `/v1/runs/bulk` and `/v1/bulk`: previews, starts, returns and stops jobs that apply an action to many runs. */
export function addBulkRoutes(app: Hono<RouteEnv>, { engine, bulk, settings, closing }: HttpContext): void {
  app.post('/v1/runs/bulk', async (c) => {
    const body = parseBody(bulkRequest, await readJson(c, settings));
    const access = c.get('access');
    assertActionAllowed(c, body.action);
    const request = { action: body.action, selection: readSelection(body), from: body.from ?? undefined };
    if (body.dryRun) return c.json(await previewBulk(engine, access, request));
    const id = await startBulk(engine, access, request);
    bulk.wake();
    return c.json(await findBulkJob(engine.db, access, c.get('credential').key.id, id), 201);
  });

  app.get('/v1/bulk/:id', async (c) => {
    const { wait, done } = parseQuery(waitQuery, c.req.query());
    let job = await readJob(c, c.req.param('id'));
    const isDone = async () => {
      job = await readJob(c, job.id);
      return job.state !== 'running' || job.done > done;
    };
    const limits = { timeoutMs: wait * 1000, signals: [c.req.raw.signal, closing] };
    // only poll, because no notification is sent when a job makes progress
    if (wait > 0) await waitUntil({ watch: () => () => undefined, isDone, pollIntervalMs }, limits);
    return c.json(job);
  });

  app.delete('/v1/bulk/:id', async (c) => {
    const { id } = await readJob(c, c.req.param('id'));
    await stopBulk(engine, c.get('access'), c.get('credential').key.id, id);
    return c.json(await readJob(c, id));
  });

  async function readJob(c: Context<RouteEnv>, param: string) {
    const id = parseId(param, 'bulk job');
    const job = await findBulkJob(engine.db, c.get('access'), c.get('credential').key.id, id);
    if (!job) throw notFound(`There is no bulk job ${id}: it never existed, or ended more than a week ago`);
    return job;
  }
}

/**
 * Returns the ids or the filter that select the runs.
 *
 * @throws `ApiError` 400 if the request has both, if the filter is invalid, or if the request would select every run.
 */
function readSelection({ ids, filter }: z.output<typeof bulkRequest>): BulkRequest['selection'] {
  if (ids) {
    if (filter) throw new ApiError(400, 'validation', 'Expected either `ids` or `filter`, got both');
    return { ids };
  }
  const restrictions = parseBody(filterBody, filter ?? {});
  if (Object.values(restrictions).some(isRestriction)) return { filter: restrictions };
  throw new ApiError(
    400,
    'validation',
    'Expected `ids`, or a `filter` with at least one field, such as { "state": "failed" }. Without them, the request would select every run.',
  );
}

/** Returns whether a filter field with this value can exclude any runs. */
function isRestriction(value: unknown): boolean {
  return value !== undefined && value !== false && !(typeof value === 'string' && value.trim() === '');
}

/** @throws `ApiError` 403 if the action is `delete` and the key's role does not allow it. */
function assertActionAllowed(c: Context<RouteEnv>, action: BulkRequest['action']): void {
  const { role, name } = c.get('credential').key;
  if (action !== 'delete' || includesRole(role, 'operator')) return;
  throw new ApiError(
    403,
    'forbidden',
    `Deleting runs requires at least the role 'operator', but the key '${name}' has the role '${role}'. Ask an admin for another key.`,
  );
}
