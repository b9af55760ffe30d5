import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { pingDatabase } from '../store/db/db.js';
import { notFound } from './api-error.js';
import { requireKey } from './authenticate.js';
import { addSessionRoutes, addSignInRoutes } from './dashboard/sessions.js';
import { addDashboardRoutes } from './dashboard/static-files.js';
import { addLiveRoutes } from './live/routes.js';
import { createAsciiResponse } from './hosted/response.js';
import { addHostedRoutes } from './hosted/routes.js';
import type { HttpContext, RouteEnv } from './http-context.js';
import { addDownloadRoutes } from './transfer/download.js';
import { retryAfterSecondsByCode } from './server-errors.js';
import { addResumableUploadRoutes } from './transfer/resumable-upload.js';
import { addUploadRoutes } from './transfer/upload.js';
import { addBatchRoutes } from './batches/routes.js';
import { addAuditRoutes } from './v1/audit.js';
import { createErrorResponse } from './v1/error-response.js';
import { addEventRoutes } from './v1/events.js';
import { addFilePathRoutes } from './v1/file-paths.js';
import { addFileRoutes } from './v1/files.js';
import { addKeyRoutes } from './v1/keys.js';
import { addKeywordSearchRoutes } from './v1/keyword-search.js';
import { addLogRoutes } from './v1/logs.js';
import { addBulkRoutes } from './v1/bulk.js';
import { addRunActionRoutes } from './v1/run-actions.js';
import { addRunListRoutes } from './v1/run-lists.js';
import { addRunRoutes } from './v1/runs.js';
import { addRunTaskRoutes } from './v1/run-tasks.js';
import { addClaimRoutes } from './v1/claims.js';
import { addServerInfoRoutes } from './v1/server-info.js';
import { addStartRoutes } from './v1/starts.js';
import { addStatsRoutes } from './v1/stats.js';
import { addWebhookRoutes } from './v1/webhooks.js';
import { addWorkerRoutes } from './v1/workers.js';
import { addWpipeRoutes } from './wpipe/routes.js';

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
  addHealthRoutes(app, http);
  addHostedRoutes(app, http);
  addWpipeRoutes(app, http);
  addUploadRoutes(app, http);
  addResumableUploadRoutes(app, http);
  addDownloadRoutes(app, http);
  addDashboardRoutes(app, http);
  addSignInRoutes(app, http);
  app.use('/v1', requireKey(http));
  app.use('/v1/*', requireKey(http));
  addSessionRoutes(app, http);
  addServerInfoRoutes(app, http);
  addRunListRoutes(app, http);
  addRunRoutes(app, http);
  addRunTaskRoutes(app, http);
  addLiveRoutes(app, http);
  addRunActionRoutes(app, http);
  addBulkRoutes(app, http);
  addBatchRoutes(app, http);
  addStartRoutes(app, http);
  addClaimRoutes(app, http);
  addLogRoutes(app, http);
  addFilePathRoutes(app, http);
  addFileRoutes(app, http);
  addKeywordSearchRoutes(app, http);
  addEventRoutes(app, http);
  addWorkerRoutes(app, http);
  addStatsRoutes(app, http);
  addWebhookRoutes(app, http);
  addKeyRoutes(app, http);
  addAuditRoutes(app, http);
  app.onError((error, c) => createErrorResponse(http, c, error));
  app.notFound((c) => {
    const exchangeId = c.get('exchangeId');
    http.logger.info('unknown endpoint', { exchangeId, method: c.req.method, path: c.req.path });
    const { message, code } = notFound(`There is no endpoint ${c.req.method} ${c.req.path}`);
    // clients of the hosted protocol read the keys other than `error`
    const body = {
      error: { code, message, exchangeId },
      request_id: exchangeId,
      message,
      process_output: null,
    };
    return createAsciiResponse(404, body);
  });
  return app;
}

/**
 * `/health` reports that the process is alive. `/ready` reports whether the server can handle requests: it is not shutting down, can
 * reach its database and has enough free disk space.
 */
function addHealthRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/health', (c) => c.json({ status: 'alive' }));
  app.get('/ready', async (c) => {
    const respondNotReady = (status: string, reason: keyof typeof retryAfterSecondsByCode) => {
      c.set('retryAfterSeconds', retryAfterSecondsByCode[reason]);
      return c.json({ status }, 503);
    };
    if (http.closing.aborted) return respondNotReady('closing', 'shutting_down');
    try {
      await pingDatabase(http.engine.db);
    } catch {
      return respondNotReady('the database cannot be reached', 'database_unavailable');
    }
    const hasRoom = await http.engine.blobs.hasRoomFor().catch(() => undefined);
    if (hasRoom === undefined) return respondNotReady('the data directory cannot be read', 'disk_full');
    if (!hasRoom) return respondNotReady('the disk is full', 'disk_full');
    return c.json({ status: 'ready' });
  });
}
