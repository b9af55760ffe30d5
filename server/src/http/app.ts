import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { pingDatabase } from '../store/db/db.js';
import { notFound } from './api-error.js';
import { requireKey } from './authenticate.js';
import { sessionRoutes, signInRoutes } from './dashboard/sessions.js';
import { dashboardRoutes } from './dashboard/static-files.js';
import { liveRoutes } from './live/routes.js';
import { asciiResponse } from './hosted/response.js';
import { hostedRoutes } from './hosted/routes.js';
import type { HttpContext, RouteEnv } from './http-context.js';
import { downloadRoutes } from './transfer/download.js';
import { retryAfterSeconds } from './server-errors.js';
import { resumableUploadRoutes } from './transfer/resumable-upload.js';
import { uploadRoutes } from './transfer/upload.js';
import { batchRoutes } from './batches/routes.js';
import { auditRoutes } from './v1/audit.js';
import { errorResponse } from './v1/error-response.js';
import { eventRoutes } from './v1/events.js';
import { filePathRoutes } from './v1/file-paths.js';
import { fileRoutes } from './v1/files.js';
import { keyRoutes } from './v1/keys.js';
import { keywordSearchRoutes } from './v1/keyword-search.js';
import { logRoutes } from './v1/logs.js';
import { bulkRoutes } from './v1/bulk.js';
import { runActionRoutes } from './v1/run-actions.js';
import { runListRoutes } from './v1/run-lists.js';
import { runRoutes } from './v1/runs.js';
import { runTaskRoutes } from './v1/run-tasks.js';
import { claimRoutes } from './v1/claims.js';
import { serverInfoRoutes } from './v1/server-info.js';
import { startRoutes } from './v1/starts.js';
import { statsRoutes } from './v1/stats.js';
import { webhookRoutes } from './v1/webhooks.js';
import { workerRoutes } from './v1/workers.js';
import { wpipeRoutes } from './wpipe/routes.js';

/** Creates the HTTP application with all routes. */
export function createApp(http: HttpContext): Hono<RouteEnv> {
  const app = new Hono<RouteEnv>();
  app.use(async (c, next) => {
    c.set('exchangeId', randomUUID());
    await next();
    c.header('millrace-api', '1');
    // the hosted protocol calls the exchange id a request id
    c.header(c.req.path.startsWith('/v1') ? 'x-exchange-id' : 'x-request-id', c.get('exchangeId'));
    const retryAfter = c.get('retryAfterSeconds');
    if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  });
  healthRoutes(app, http);
  hostedRoutes(app, http);
  wpipeRoutes(app, http);
  uploadRoutes(app, http);
  resumableUploadRoutes(app, http);
  downloadRoutes(app, http);
  dashboardRoutes(app, http);
  signInRoutes(app, http);
  app.use('/v1', requireKey(http));
  app.use('/v1/*', requireKey(http));
  sessionRoutes(app, http);
  serverInfoRoutes(app, http);
  runListRoutes(app, http);
  runRoutes(app, http);
  runTaskRoutes(app, http);
  liveRoutes(app, http);
  runActionRoutes(app, http);
  bulkRoutes(app, http);
  batchRoutes(app, http);
  startRoutes(app, http);
  claimRoutes(app, http);
  logRoutes(app, http);
  filePathRoutes(app, http);
  fileRoutes(app, http);
  keywordSearchRoutes(app, http);
  eventRoutes(app, http);
  workerRoutes(app, http);
  statsRoutes(app, http);
  webhookRoutes(app, http);
  keyRoutes(app, http);
  auditRoutes(app, http);
  app.onError((error, c) => errorResponse(http, c, error));
  app.notFound((c) => {
    const exchangeId = c.get('exchangeId');
    http.logger.info('unknown endpoint', { exchangeId, method: c.req.method, path: c.req.path });
    const { message, code } = notFound(`There is no endpoint ${c.req.method} ${c.req.path}`);
    // clients of the hosted protocol read `request_id` and `message`
    const body = {
      error: { code, message, exchangeId },
      request_id: exchangeId,
      message,
      process_output: null,
    };
    return asciiResponse(404, body);
  });
  return app;
}

/** `/health` reports that the process is alive. `/ready` reports whether the server can reach its database and store files. */
function healthRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/health', (c) => c.json({ status: 'alive' }));
  app.get('/ready', async (c) => {
    const notReady = (status: string, reason: keyof typeof retryAfterSeconds) => {
      c.set('retryAfterSeconds', retryAfterSeconds[reason]);
      return c.json({ status }, 503);
    };
    if (http.closing.aborted) return notReady('closing', 'shutting_down');
    try {
      await pingDatabase(http.engine.db);
      if (!(await http.engine.blobs.hasRoomFor())) return notReady('the disk is full', 'disk_full');
      return c.json({ status: 'ready' });
    } catch {
      return notReady('the database cannot be reached', 'database_unavailable');
    }
  });
}
