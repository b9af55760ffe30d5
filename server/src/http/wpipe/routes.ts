import type { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { endBody, idBody, taskBody, workerBody } from './bodies.js';
import { dashboardProcess, dashboardTasks, dashboardWorkers } from './dashboard.js';
import { endProcess } from './end-process.js';
import { createGetEndpoint, createPostEndpoint } from './endpoint.js';
import { newProcess } from './new-process.js';
import { updateTask } from './update-task.js';
import { healthcheck, registerWorker } from './workers.js';

/** The possible paths of a client's `base_url`. The wpipe examples use all three. */
const prefixes = ['', '/wpipe', '/api'] as const;

const protocolVersion = 'v1.1';

/**
 * Adds the routes of wpipe's reporting protocol: nine paths, each at the root and under two prefixes. The runs of wpipe programs are
 * recorded as reported runs.
 *
 * As on the original server, web pages of any origin can call these paths. This is safe because all paths except `/version` require a
 * key, which browsers do not send automatically, or a session cookie, which is accepted only from the server's own pages.
 */
export function addWpipeRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const getHandlers = {
    '/dashboard_workers': createGetEndpoint(http, dashboardWorkers),
    '/dashboard_process/:id': createGetEndpoint(http, dashboardProcess),
    '/dashboard_tasks/:id': createGetEndpoint(http, dashboardTasks),
  };
  const postHandlers = {
    '/matricula': createPostEndpoint(http, workerBody, registerWorker),
    '/healthchecker': createPostEndpoint(http, idBody, healthcheck),
    '/newprocess': createPostEndpoint(http, idBody, newProcess),
    '/actualizar_task': createPostEndpoint(http, taskBody, updateTask),
    '/endprocess': createPostEndpoint(http, endBody, endProcess),
  };
  for (const prefix of prefixes) {
    for (const path of ['/version', ...Object.keys(getHandlers), ...Object.keys(postHandlers)])
      app.use(prefix + path, cors());
    app.get(`${prefix}/version`, (c) => c.json({ version: protocolVersion }));
    for (const [path, handler] of Object.entries(getHandlers)) app.get(prefix + path, handler);
    for (const [path, handler] of Object.entries(postHandlers)) app.post(prefix + path, handler);
    rejectOtherMethods(app, prefix, ['/version', ...Object.keys(getHandlers)], 'GET');
    rejectOtherMethods(app, prefix, Object.keys(postHandlers), 'POST');
    if (prefix !== '') app.all(`${prefix}/*`, (c) => c.json({ detail: 'Not Found' }, 404));
  }
}

function rejectOtherMethods(app: Hono<RouteEnv>, prefix: string, paths: readonly string[], allow: string): void {
  for (const path of paths) {
    app.all(prefix + path, (c) => c.json({ detail: 'Method Not Allowed' }, 405, { allow }));
  }
}
