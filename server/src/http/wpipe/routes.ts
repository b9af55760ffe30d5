import type { Hono } from 'hono';
import { cors } from 'hono/cors';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { endBody, idBody, taskBody, workerBody } from './bodies.js';
import { dashboardProcess, dashboardTasks, dashboardWorkers } from './dashboard.js';
import { endProcess } from './end-process.js';
import { getEndpoint, postEndpoint } from './endpoint.js';
import { newProcess } from './new-process.js';
import { updateTask } from './update-task.js';
import { healthcheck, registerWorker } from './workers.js';

/** The paths that clients may have in their `base_url`; wpipe's own examples use all three. */
const prefixes = ['', '/wpipe', '/api'] as const;

/** The version of wpipe's protocol. */
const version = 'v1.1';

/**
 * wpipe's reporting protocol: nine paths, at the root and below two prefixes. Stores what its clients send as reported runs.
 *
 * Pages of any origin may call them, as in the original server. Every call needs a key, which browsers do not add by themselves.
 */
export function wpipeRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const gets = {
    '/dashboard_workers': getEndpoint(http, dashboardWorkers),
    '/dashboard_process/:id': getEndpoint(http, dashboardProcess),
    '/dashboard_tasks/:id': getEndpoint(http, dashboardTasks),
  };
  const posts = {
    '/matricula': postEndpoint(http, workerBody, registerWorker),
    '/healthchecker': postEndpoint(http, idBody, healthcheck),
    '/newprocess': postEndpoint(http, idBody, newProcess),
    '/actualizar_task': postEndpoint(http, taskBody, updateTask),
    '/endprocess': postEndpoint(http, endBody, endProcess),
  };
  for (const prefix of prefixes) {
    for (const path of ['/version', ...Object.keys(gets), ...Object.keys(posts)]) app.use(prefix + path, cors());
    app.get(`${prefix}/version`, (c) => c.json({ version }));
    for (const [path, handler] of Object.entries(gets)) app.get(prefix + path, handler);
    for (const [path, handler] of Object.entries(posts)) app.post(prefix + path, handler);
    refuseOtherMethods(app, prefix, ['/version', ...Object.keys(gets)], 'GET');
    refuseOtherMethods(app, prefix, Object.keys(posts), 'POST');
    if (prefix !== '') app.all(`${prefix}/*`, (c) => c.json({ detail: 'Not Found' }, 404));
  }
}

function refuseOtherMethods(app: Hono<RouteEnv>, prefix: string, paths: readonly string[], allow: string): void {
  for (const path of paths) {
    app.all(prefix + path, (c) => c.json({ detail: 'Method Not Allowed' }, 405, { allow }));
  }
}
