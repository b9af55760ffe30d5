import type { Hono } from 'hono';
import { checkKeyName, checkKeyPipelines, roles } from 'millrace/shared/rules/roles.js';
import * as z from 'zod';
import { hasReachedKeyLimit, insertApiKey, listApiKeys, revokeApiKey } from '../../accounts/keys.js';
import { ApiError, notFound } from '../api-error.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody } from './parse-query.js';

const newKeyRequest = z
  .object({
    name: z
      .string()
      .refine((name) => checkKeyName(name) === undefined, { error: ({ input }) => checkKeyName(input) ?? '' }),
    role: z.enum(roles),
    pipelines: z.array(z.string()).nullish(),
    // at most 100 years, so that the expiry time is a valid date
    expireTime: z.int().min(1).max(3_155_760_000).nullish(),
  })
  .superRefine(({ pipelines, role }, context) => {
    const message = pipelines == null ? undefined : checkKeyPipelines(pipelines, role);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['pipelines'], message });
  });

/** `/v1/keys`: manages the account's API keys. */
export function addKeyRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, settings } = http;

  app.post('/v1/keys', async (c) => {
    const { name, role, pipelines, expireTime } = parseBody(newKeyRequest, await readJson(c, settings));
    const expiresAt = expireTime == null ? null : new Date(engine.clock.now().getTime() + expireTime * 1000);
    const { account } = c.get('access');
    const created = await engine.db.tx(async (tx) => {
      if (await hasReachedKeyLimit(tx, account, settings.maxKeys)) {
        const message = `This account already has ${settings.maxKeys} keys, including expired keys; revoke one first`;
        throw new ApiError(409, 'conflict', message);
      }
      const uniquePipelines = pipelines ? [...new Set(pipelines)] : null;
      return insertApiKey(tx, engine.clock, account, { name, role, pipelines: uniquePipelines, expiresAt });
    });
    if (!created)
      throw new ApiError(409, 'conflict', `There is already a key ${name}: revoke it, or choose another name`);
    return c.json(created, 201);
  });

  app.get('/v1/keys', async (c) => c.json({ items: await listApiKeys(engine.db, c.get('access').account) }));

  app.delete('/v1/keys/:key', async (c) => {
    const nameOrId = c.req.param('key');
    if (nameOrId.includes('\0') || !(await revokeApiKey(engine.db, engine.clock, c.get('access').account, nameOrId))) {
      throw notFound(`There is no key ${nameOrId.slice(0, 64)}: it never existed or was revoked`);
    }
    http.keys.clearCache();
    return c.body(null, 204);
  });
}
