import type { Role } from 'millrace/shared/rules/roles.js';

/** What a route requires: nothing (`public`), a presigned URL or form (`signed`), or a key with at least the given role. */
export type RouteAccess = 'public' | 'signed' | Role;

/** The access that each route requires. An authenticated route without an entry rejects every request. */
export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  'GET /health': 'public',
  'GET /ready': 'public',

  'GET /': 'public',
  'GET /ui': 'public',
  'GET /ui/*': 'public',
  // the body contains an API key or the token of a sign-in link
  'POST /v1/session': 'public',
  // the cookie identifies the session to end
  'DELETE /v1/session': 'public',

  'POST /_upload': 'signed',
  'OPTIONS /_upload/:file': 'public',
  'POST /_upload/:file': 'signed',
  'GET /_upload/:file': 'signed',
  'PATCH /_upload/:file': 'signed',
  'DELETE /_upload/:file': 'signed',
  'GET /_download/:file': 'signed',

  'POST /cli-checkin': 'reader',
  'POST /krixik-core-cap-check': 'reader',
  'POST /krixik-core-process': 'runner',
  'POST /krixik-core-process-status': 'reader',
  'POST /krixik-core-fetch-output': 'reader',
  'POST /krixik-core-list': 'reader',
  'POST /krixik-core-show-tree': 'reader',
  'POST /keyword-search': 'reader',
  'POST /semantic-search': 'reader',
  'POST /krixik-core-update': 'operator',
  'POST /krixik-core-delete': 'operator',

  ...wpipeEntries('GET /version', 'public'),
  ...wpipeEntries('GET /dashboard_workers', 'reader'),
  ...wpipeEntries('GET /dashboard_process/:id', 'reader'),
  ...wpipeEntries('GET /dashboard_tasks/:id', 'reader'),
  ...wpipeEntries('POST /matricula', 'runner'),
  ...wpipeEntries('POST /healthchecker', 'runner'),
  ...wpipeEntries('POST /newprocess', 'runner'),
  ...wpipeEntries('POST /actualizar_task', 'runner'),
  ...wpipeEntries('POST /endprocess', 'runner'),

  'GET /v1': 'reader',
  'GET /v1/session': 'reader',
  'POST /v1/session/links': 'reader',
  'GET /v1/modules': 'reader',
  'GET /v1/runs': 'reader',
  'GET /v1/runs/points': 'reader',
  'GET /v1/runs/:id': 'reader',
  'GET /v1/runs/:id/events': 'reader',
  'GET /v1/runs/:id/logs': 'reader',
  'GET /v1/runs/:id/tasks/:key': 'reader',
  'GET /v1/files': 'reader',
  'POST /v1/files/lookup': 'reader',
  'GET /v1/files/:id': 'reader',
  'GET /v1/files/:id/input': 'reader',
  'GET /v1/files/:id/input/picture': 'reader',
  'GET /v1/files/:id/output': 'reader',
  'GET /v1/files/:id/output/content': 'reader',
  'PATCH /v1/files/:id': 'operator',
  'DELETE /v1/files/:id': 'operator',
  'DELETE /v1/files': 'operator',
  'POST /v1/keyword-search': 'reader',
  'GET /v1/stats': 'reader',
  'GET /v1/failures': 'reader',
  'GET /v1/pipelines': 'reader',
  'GET /v1/stream': 'reader',
  'GET /v1/workers': 'reader',
  'POST /v1/events': 'runner',
  'POST /v1/runs': 'runner',
  'POST /v1/claims': 'runner',
  'POST /v1/claims/release': 'runner',
  'POST /v1/workers': 'runner',
  'POST /v1/workers/:id/heartbeat': 'runner',

  // a key with the role runner can use these routes only for the runs that it started
  'POST /v1/runs/:id/cancel': 'runner',
  'POST /v1/runs/:id/resume': 'runner',
  'POST /v1/runs/:id/rerun': 'runner',
  'POST /v1/runs/bulk': 'runner',

  'GET /v1/batches': 'reader',
  'GET /v1/batches/:id': 'reader',
  'GET /v1/batches/:id/events': 'reader',
  'GET /v1/batches/:id/outputs': 'reader',
  'POST /v1/batches': 'runner',
  // a key with the role runner can use these routes only for the batches that it created
  'POST /v1/batches/:id/files': 'runner',
  'POST /v1/batches/:id/close': 'runner',
  'POST /v1/batches/:id/cancel': 'runner',

  // a key with a role below operator, or restricted to certain names, can use these routes only for the bulk jobs that it started
  'GET /v1/bulk/:id': 'reader',
  'DELETE /v1/bulk/:id': 'runner',

  'DELETE /v1/runs/:id': 'operator',
  'POST /v1/webhooks': 'admin',
  'GET /v1/webhooks': 'admin',
  'GET /v1/webhooks/deliveries': 'admin',
  'POST /v1/webhooks/deliveries/:id/redeliver': 'admin',
  'GET /v1/webhooks/:id': 'admin',
  'DELETE /v1/webhooks/:id': 'admin',
  'POST /v1/keys': 'admin',
  'GET /v1/keys': 'admin',
  'DELETE /v1/keys/:key': 'admin',
  'GET /v1/audit': 'admin',
};

/** Returns the entries for a wpipe route, which is available without a path prefix, under `/wpipe` and under `/api`. */
function wpipeEntries(route: string, access: RouteAccess): Record<string, RouteAccess> {
  const [method, path] = route.split(' ') as [string, string];
  return Object.fromEntries(['', '/wpipe', '/api'].map((prefix) => [`${method} ${prefix}${path}`, access]));
}
