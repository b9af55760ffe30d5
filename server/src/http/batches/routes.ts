import type { Context, Hono } from 'hono';
import { checkPipelineName } from 'millrace/shared/rules/free-text.js';
import type { BatchItem, BatchPage } from 'millrace/shared/runs/batch-status.js';
import { closeBatchRequest, newBatchRequest, type NewBatchRequest } from 'millrace/shared/wire/batches.js';
import * as z from 'zod';
import { createBatch, type BatchDefaults } from '../../engine/batches/create-batch.js';
import { assertOwnBatch, cancelBatch, closeBatch } from '../../engine/batches/end-batch.js';
import { EngineError } from '../../engine/engine-error.js';
import { findBatch, findBatchHead, listBatches, type BatchHead } from '../../store/tables/batches/batches.js';
import { findBatchOutputs } from '../../store/tables/batches/batch-outputs.js';
import { findVisibleRuns } from '../../store/tables/reported-runs.js';
import { ApiError, notFound } from '../api-error.js';
import { assertNameAllowed } from '../authenticate.js';
import { resolveWebhook } from '../resolve-webhook.js';
import { resolveModules } from '../hosted/resolve-modules.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { createId } from '../create-id.js';
import { readJson } from '../read-body.js';
import { parseBody, decodeCursor, parseId, parseQuery, encodeCursor } from '../v1/parse-query.js';
import { createArchive } from './archive.js';
import { acceptFiles, findMetadataProblem } from './accept-files.js';
import { BatchStreams } from './batch-streams.js';
import { readFiles } from './read-files.js';

const listQuery = z.object({
  of: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

const eventsQuery = z.object({
  /** The maximum size of an output to include in an event, in bytes. */
  output: z.coerce.number().int().min(0).default(0),
});

const maxIdempotencyKeyLength = 255;

/**
 * The maximum number of outputs to read for an archive. It is higher than the maximum number of outputs in an archive, so that
 * {@link createArchive} rejects larger batches instead of omitting some of their outputs.
 */
const maxOutputs = 70_000;

/** `/v1/batches`: accepts many files together and tracks them as a batch. */
export function addBatchRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;
  const streams = new BatchStreams(http);

  app.post('/v1/batches', async (c) => {
    const access = c.get('access');
    const body = parseBody(newBatchRequest, await readJson(c, http.settings));
    const problem = checkPipelineName(body.pipeline, http.limits) ?? findMetadataProblem(body, http.limits);
    if (problem !== undefined) throw new ApiError(400, 'validation', problem);
    assertNameAllowed(access, body.pipeline);
    const id = createId(access.account, 'batch', readIdempotencyKey(c));
    await createBatch(engine, {
      id,
      accountId: access.account,
      name: body.name ?? undefined,
      pipeline: body.pipeline,
      chain: body.chain,
      defaults: await toDefaults(c, http, body),
      expected: body.expected ?? null,
    });
    return c.json(await readBatch(c, id), 201);
  });

  app.get('/v1/batches', async (c) => {
    const { of: pipeline, limit, cursor } = parseQuery(listQuery, c.req.query());
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const { items, next } = await listBatches(
      engine.db,
      c.get('access'),
      { pipeline, limit, after },
      engine.clock.now(),
    );
    const response: BatchPage = { items, nextCursor: encodeCursor(next) };
    return c.json(response);
  });

  app.get('/v1/batches/:id', async (c) => c.json(await readBatch(c, c.req.param('id'))));

  app.get('/v1/batches/:id/events', async (c) => {
    const { output } = parseQuery(eventsQuery, c.req.query());
    const { id } = await findVisibleBatch(c);
    return streams.open(c, c.get('access').account, id, Math.min(output, http.limits.inlineBytes ?? 0));
  });

  app.get('/v1/batches/:id/outputs', async (c) => {
    const { id } = await findVisibleBatch(c);
    const outputs = await findBatchOutputs(engine.db, id, engine.clock.now(), maxOutputs);
    return new Response(createArchive(http, outputs), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="batch-${id}.zip"`,
        'x-content-type-options': 'nosniff',
        'transfer-encoding': 'chunked',
      },
    });
  });

  app.post('/v1/batches/:id/files', async (c) => {
    const batch = await findWritableBatch(c);
    const files = await readFiles(c, http);
    const response: { items: BatchItem[] } = { items: await acceptFiles(http, c.get('access'), batch, files) };
    return c.json(response);
  });

  app.post('/v1/batches/:id/close', async (c) => {
    const { id } = await findWritableBatch(c);
    const { skipped } = parseBody(closeBatchRequest, await readJson(c, http.settings));
    await closeBatch(engine, c.get('access').account, id, skipped);
    return c.json(await readBatch(c, id));
  });

  app.post('/v1/batches/:id/cancel', async (c) => {
    const { id } = await findWritableBatch(c);
    await cancelBatch(engine, c.get('access').account, id);
    return c.json(await readBatch(c, id));
  });

  async function findVisibleBatch(c: Context<RouteEnv>): Promise<BatchHead> {
    const id = parseId(c.req.param('id') ?? '', 'batch');
    const batch = await findBatchHead(engine.db, c.get('access'), id);
    if (!batch) throw batchNotFound(id);
    return batch;
  }

  async function findWritableBatch(c: Context<RouteEnv>): Promise<BatchHead> {
    const batch = await findVisibleBatch(c);
    assertOwnBatch(c.get('access'), batch);
    return batch;
  }

  async function readBatch(c: Context<RouteEnv>, idText: string) {
    const id = parseId(idText, 'batch');
    const batch = await findBatch(engine.db, c.get('access'), id, engine.clock.now());
    if (!batch) throw batchNotFound(id);
    return batch;
  }
}

function batchNotFound(id: string): ApiError {
  return notFound(
    `There is no batch ${id}: it never existed, this API key may not see it, or it was deleted after it ended`,
  );
}

/** Returns the idempotency key of the request, if it has one. @throws `ApiError` 400 if the key is too long. */
function readIdempotencyKey(c: Context<RouteEnv>): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined || key.length <= maxIdempotencyKeyLength) return key;
  const message = `Expected an Idempotency-Key of at most ${maxIdempotencyKeyLength} characters, got ${key.length}`;
  throw new ApiError(400, 'validation', message);
}

async function toDefaults(c: Context<RouteEnv>, http: HttpContext, body: NewBatchRequest): Promise<BatchDefaults> {
  const webhook = body.webhook && resolveWebhook(http, { ...body.webhook, needsSecret: true }, 'webhook: ');
  // ignore a parent that the key cannot see
  const [parent] = body.parent ? await findVisibleRuns(http.engine.db, c.get('access'), [body.parent]) : [];
  return {
    selections: resolveSelections(http, body),
    directory: body.symbolicDirectoryPath ?? '/etc',
    tags: body.fileTags ?? [],
    description: body.fileDescription ?? '',
    expireSeconds: body.expireTime === undefined ? 1800 : body.expireTime,
    ...(webhook && { webhook: { ...webhook, secret: http.secrets.seal(webhook.secret) } }),
    ...(parent !== undefined && { parent }),
    ...((body.keepInput ?? http.settings.keepInput) && { keepInput: true }),
  };
}

/**
 * Returns the model and parameters of each module, with defaults filled in.
 *
 * @throws `EngineError` if the chain, a label in `modules`, a model or a parameter is invalid.
 */
export function resolveSelections(
  { engine }: HttpContext,
  { chain, modules }: Pick<NewBatchRequest, 'chain' | 'modules'>,
): BatchDefaults['selections'] {
  try {
    return resolveModules(engine.modules, chain, modules);
  } catch (error) {
    // remove the prefix, which only the hosted protocol uses
    if (error instanceof EngineError) throw new EngineError(error.code, error.message.replace(/^BAD REQUEST: /, ''));
    throw error;
  }
}
