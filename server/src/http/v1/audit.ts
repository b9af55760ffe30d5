import type { Hono } from 'hono';
import { auditActions } from 'millrace/shared/types/audit.js';
import * as z from 'zod';
import { listAuditEntries } from '../../store/tables/audit.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { decodeCursor, parseQuery, timeParam, encodeCursor } from './parse-query.js';

const auditQuery = z.object({
  action: z.enum(auditActions).optional(),
  key: z.string().optional(),
  since: timeParam,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional(),
});

/** `GET /v1/audit`: lists the entries of the account's audit log, newest first. */
export function addAuditRoutes(app: Hono<RouteEnv>, { engine }: HttpContext): void {
  app.get('/v1/audit', async (c) => {
    const { cursor, ...filter } = parseQuery(auditQuery, c.req.query());
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const { items, next } = await listAuditEntries(engine.db, c.get('access').account, { ...filter, after });
    return c.json({ items, nextCursor: encodeCursor(next) });
  });
}
