import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { runStates } from 'millrace/shared/runs/run-state.js';
import * as z from 'zod';
import { waitForRun } from '../../engine/wait-for-run.js';
import { findRun, findRunState, listRuns, type RunRecord } from '../../store/tables/runs.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { orNotFound } from './error-response.js';
import { readCursor, readId, readQuery, sinceParam, writeCursor } from './read-query.js';
import { RunFeeds } from './run-feeds.js';

const maxWaitSeconds = 60;

const waitQuery = z.object({
  wait: z.coerce.number().min(0).max(maxWaitSeconds).optional(),
  since: z.coerce.number().int().min(0).optional(),
  /** The maximum size of the output to include for a completed run, in bytes. */
  output: z.coerce.number().int().min(0).optional(),
});

const listQuery = z.object({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(runStates)))
    .optional(),
  of: z.string().optional(),
  kind: z.enum(['hosted', 'pipeline', 'flow', 'task']).optional(),
  name: z.string().optional(),
  worker: z.uuid().optional(),
  since: sinceParam,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

/** `/v1/runs`: lists runs, returns a single run and streams its changes. */
export function runRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;
  const feeds = new RunFeeds(http);

  app.get('/v1/runs', async (c) => {
    const query = readQuery(listQuery, c.req.query());
    const { items, next } = await listRuns(
      engine.db,
      c.get('access'),
      {
        ...omitUndefined(query),
        after: query.cursor === undefined ? undefined : readCursor(query.cursor),
      } as Parameters<typeof listRuns>[2],
      engine.clock.now(),
    );
    return c.json({ items, nextCursor: writeCursor(next) });
  });

  app.get('/v1/runs/:id', async (c) => {
    const id = readId(c.req.param('id'), 'run');
    const { wait, since, output } = readQuery(waitQuery, c.req.query());
    const access = c.get('access');
    const record =
      wait === undefined
        ? await findRun(engine.db, access, id, engine.clock.now())
        : await waitForRun(engine, http.changes, access, id, {
            ...(since === undefined ? {} : { since }),
            timeoutMs: wait * 1000,
            signals: [c.req.raw.signal, http.closing],
          });
    const found = orNotFound(record, id);
    const inline = output === undefined ? undefined : await readOutput(http, found, output);
    return c.json({ ...found.status, ...(inline && { output: inline }) }, 200, {
      'millrace-sequence': String(found.sequence),
    });
  });

  app.get('/v1/runs/:id/events', async (c) => {
    const id = readId(c.req.param('id'), 'run');
    const access = c.get('access');
    const run = orNotFound(await findRunState(engine.db, access, id, engine.clock.now()), id);
    return feeds.open(c, access.account, id, run.sequence);
  });
}

/** Returns a run's output if it exists and exceeds neither `maxBytes` nor `inlineBytes`. Larger outputs must be downloaded. */
async function readOutput(
  { engine, limits, logger }: HttpContext,
  { output }: RunRecord,
  maxBytes: number,
): Promise<{ extension: string; sha256: string; content: string } | undefined> {
  if (!output || output.bytes > Math.min(maxBytes, limits.inlineBytes ?? 0)) return undefined;
  const { extension, sha256, blob } = output;
  try {
    const content = await readFile(engine.blobs.pathOf(blob), 'base64');
    return { extension, sha256: Buffer.from(sha256, 'hex').toString('base64'), content };
  } catch (error) {
    logger.warn('failed to read an output', { error: String(error) });
    return undefined;
  }
}

function omitUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}
