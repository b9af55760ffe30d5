import type { Hono } from 'hono';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import { eventsRequest, runEvent } from 'millrace/shared/wire/events.js';
import { recordEvents } from '../../engine/reported/record-events.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody, describeIssues } from './parse-query.js';

/** The maximum number of rejected events to list in a response. */
const maxListedRejections = 10;

/** `POST /v1/events`: records the events and heartbeats of a program's runs. */
export function addEventRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post('/v1/events', async (c) => {
    const body = parseBody(eventsRequest, await readJson(c, http.settings));
    const events: RunEvent[] = [];
    const refused: { index: number; message: string }[] = [];
    for (const [index, event] of body.reports.entries()) {
      const result = runEvent.safeParse(event);
      if (result.success) events.push(result.data);
      else if (refused.length < maxListedRejections) refused.push({ index, message: describeIssues(result.error) });
    }
    const report = { reporter: body.reporter ?? null, events, alive: body.alive };
    return c.json({ runs: await recordEvents(http.engine, c.get('access'), report), refused });
  });
}
