import type { Hono } from 'hono';
import * as z from 'zod';
import { waitForRun } from '../../engine/wait-for-run.js';
import { findRun, findRunState } from '../../store/tables/runs.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readInlineOutput } from '../inline-output.js';
import { requireRun } from './error-response.js';
import { parseId, parseQuery } from './parse-query.js';
import { RunFeeds } from './run-feeds.js';

const maxWaitSeconds = 60;

const waitQuery = z.object({
  wait: z.coerce.number().min(0).max(maxWaitSeconds).optional(),
  since: z.coerce.number().int().min(0).optional(),
  /** The maximum size of a completed run's output in the response, in bytes. The server's own limit also applies. */
  output: z.coerce.number().int().min(0).optional(),
});

/** `GET /v1/runs/:id` returns a run. `GET /v1/runs/:id/events` streams its status. */
export function addRunRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;
  const feeds = new RunFeeds(http);

  app.get('/v1/runs/:id', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const { wait, since, output } = parseQuery(waitQuery, c.req.query());
    const access = c.get('access');
    const record =
      wait === undefined
        ? await findRun(engine.db, access, id, engine.clock.now())
        : await waitForRun(engine, http.runChanges, access, id, {
            ...(since === undefined ? {} : { since }),
            timeoutMs: wait * 1000,
            signals: [c.req.raw.signal, http.closing],
          });
    const run = requireRun(record, id);
    const inline = output === undefined ? undefined : await readInlineOutput(http, run.output, output);
    return c.json({ ...run.status, ...(inline && { output: inline }) }, 200, {
      'millrace-sequence': String(run.sequence),
    });
  });

  app.get('/v1/runs/:id/events', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const access = c.get('access');
    const run = requireRun(await findRunState(engine.db, access, id, engine.clock.now()), id);
    return feeds.open(c, access.account, id, run.sequence);
  });
}
