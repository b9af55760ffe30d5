import type { Hono } from 'hono';
import { resumeRequest } from 'millrace/shared/wire/events.js';
import { rerunRequest } from 'millrace/shared/wire/work.js';
import { cancelRun } from '../../engine/cancel-run.js';
import { deleteRun } from '../../engine/delete-run.js';
import { rerunRun } from '../../engine/again/rerun-run.js';
import { resumeRun } from '../../engine/again/resume-run.js';
import { findRun, findRunState, findRunSummary } from '../../store/tables/runs.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { requireRun } from './error-response.js';
import { parseBody, parseId } from './parse-query.js';

/** `/v1/runs/:id`: cancels, resumes, reruns and deletes runs. */
export function addRunActionRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;

  app.post('/v1/runs/:id/cancel', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const access = c.get('access');
    await cancelRun(engine, access, id);
    return c.json(requireRun(await findRunSummary(engine.db, access, id, engine.clock.now()), id));
  });

  app.post('/v1/runs/:id/resume', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const { reporter, worker } = parseBody(resumeRequest, await readJson(c, http.settings));
    const resumer = { reporter: reporter ?? null, worker: worker ?? null };
    return c.json(await resumeRun(engine, c.get('access'), id, resumer));
  });

  app.post('/v1/runs/:id/rerun', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const access = c.get('access');
    const { from, input } = parseBody(rerunRequest, await readJson(c, http.settings));
    const rerunId = await rerunRun(engine, access, id, { from: from ?? undefined, input });
    return c.json(requireRun(await findRun(engine.db, access, rerunId, engine.clock.now()), rerunId).status, 201);
  });

  app.delete('/v1/runs/:id', async (c) => {
    const id = parseId(c.req.param('id'), 'run');
    const access = c.get('access');
    const { fileId } = requireRun(await findRunState(engine.db, access, id, engine.clock.now()), id);
    await deleteRun(engine, access.account, id, fileId);
    return c.body(null, 204);
  });
}
