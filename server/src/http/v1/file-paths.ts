import type { Hono } from 'hono';
import { checkDirectoryPath } from 'millrace/shared/rules/files/directory-path.js';
import type { FileEntryPage, FoundFile } from 'millrace/shared/types/files/file-lookup.js';
import { lookupRequest } from 'millrace/shared/wire/lookups.js';
import * as z from 'zod';
import { chainKey } from '../../engine/hosted/reservation.js';
import { allowsName } from '../../store/tables/access.js';
import { findFilesAtPaths, listFileEntries } from '../../store/tables/files/file-paths.js';
import { ApiError } from '../api-error.js';
import { resolveSelections } from '../batches/routes.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody, decodeCursor, parseQuery, encodeCursor } from './parse-query.js';

const listQuery = z.object({
  pipeline: z.string().min(1),
  directory: z.string().default('/'),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  cursor: z.string().optional(),
});

/** `GET /v1/files`: lists the finished files in and below a symbolic directory. `POST /v1/files/lookup`: finds files by symbolic path. */
export function addFilePathRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;

  app.get('/v1/files', async (c) => {
    const { cursor, ...filter } = parseQuery(listQuery, c.req.query());
    const access = c.get('access');
    const message = checkDirectoryPath(filter.directory, http.limits);
    if (message !== undefined) throw new ApiError(400, 'validation', `directory: ${message}`);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    // a key that may not use the pipeline sees no files in it
    const { items, next } = allowsName(access, filter.pipeline)
      ? await listFileEntries(engine.db, access, { ...filter, after }, engine.clock.now())
      : { items: [], next: undefined };
    const response: FileEntryPage = { items, nextCursor: encodeCursor(next) };
    return c.json(response);
  });

  app.post('/v1/files/lookup', async (c) => {
    const body = parseBody(lookupRequest, await readJson(c, http.settings));
    const access = c.get('access');
    const maxFiles = http.limits.lookupFiles ?? 0;
    if (body.files.length > maxFiles) {
      throw new ApiError(
        400,
        'validation',
        `Expected at most ${maxFiles} files in one lookup, got ${body.files.length}`,
      );
    }
    const selections = Object.fromEntries(
      resolveSelections(http, body).map((selection, i) => [`module_${i + 1}`, selection]),
    );
    const now = engine.clock.now();
    const reservedBefore = new Date(now.getTime() - engine.reservationSeconds * 1000);
    const lookup = { ...body, chainKey: chainKey(body.chain), selections };
    const items: (FoundFile | null)[] = allowsName(access, body.pipeline)
      ? await findFilesAtPaths(engine.db, access, lookup, now, reservedBefore)
      : body.files.map(() => null);
    return c.json({ items });
  });
}
