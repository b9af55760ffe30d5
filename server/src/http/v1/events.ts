import type { Hono } from 'hono';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import { eventsRequest, runEvent } from 'millrace/shared/wire/events.js';
import { takeEvents } from '../../engine/reported/take-events.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { checkBody, describeIssues } from './read-query.js';

/** How many refused reports an answer tells of: a program that sends nonsense sends a lot of it. */
const maxRefused = 10;

/** `POST /v1/events`: what programs report of their runs, many at once. */
export function eventRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post('/v1/events', async (c) => {
    const body = checkBody(eventsRequest, await readJson(c, http.settings.maxBodyBytes));
    const reports: RunEvent[] = [];
    const refused: { index: number; message: string }[] = [];
    for (const [index, given] of body.reports.entries()) {
      const result = runEvent.safeParse(given);
      if (result.success) reports.push(result.data);
      else if (refused.length < maxRefused) refused.push({ index, message: describeIssues(result.error) });
    }
    const batch = { reporter: body.reporter ?? null, reports, alive: body.alive };
    return c.json({ runs: await takeEvents(http.engine, c.get('account').id, batch), refused });
  });
}
