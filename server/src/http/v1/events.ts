import type { Hono } from 'hono';
import type { RunReport } from 'millrace/shared/runs/run-report.js';
import { eventsRequest, runReport } from 'millrace/shared/wire/reports.js';
import { takeReports } from '../../engine/reported/take-reports.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { checkBody, describeIssues } from './read-query.js';

/** How many refused reports an answer tells of: a program that sends nonsense sends a lot of it. */
const maxRefused = 10;

/** `POST /v1/events`: what programs report of their runs, many at once. */
export function eventRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.post('/v1/events', async (c) => {
    const body = checkBody(eventsRequest, await readJson(c, http.settings.maxBodyBytes));
    const reports: RunReport[] = [];
    const refused: { index: number; message: string }[] = [];
    for (const [index, given] of body.reports.entries()) {
      const result = runReport.safeParse(given);
      if (result.success) reports.push(result.data);
      else if (refused.length < maxRefused) refused.push({ index, message: describeIssues(result.error) });
    }
    const batch = { reporter: body.reporter ?? null, reports, alive: body.alive };
    return c.json({ runs: await takeReports(http.engine, c.get('account').id, batch), refused });
  });
}
