import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { BrowserSession, SignInLink } from 'millrace/shared/types/session.js';
import * as z from 'zod';
import { hashSecret, type ApiKey } from '../../accounts/keys.js';
import { createSignInLink, endSession, redeemSignInLink, startSession } from '../../accounts/sessions.js';
import { ApiError } from '../api-error.js';
import { maxSecretLength } from '../authenticate.js';
import { getBaseUrl } from '../base-url.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody } from '../v1/parse-query.js';
import { rejectCrossSiteRequest } from './own-site.js';

/** The limits on a sign-in request's body. They are low because the request is not authenticated. */
const bodyLimits = { maxBodyBytes: 4096, bodySeconds: 10 };

const signInBody = z.union([z.strictObject({ key: z.string() }), z.strictObject({ link: z.string() })], {
  error: 'Expected {"key": "..."} or {"link": "..."}',
});

/** `POST /v1/session` signs a browser in with a key or a link. `DELETE /v1/session` signs it out. Neither route requires authentication. */
export function addSignInRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, settings } = http;

  app.post('/v1/session', async (c) => {
    // without this check, another web site could sign the browser in with a key that the site chose
    rejectCrossSiteRequest(http, c);
    const body = parseBody(signInBody, await readJson(c, bodyLimits));
    const key = await findKey(http, body);
    if (!key) {
      const message =
        'This key or link is not valid: it is wrong or has expired, the key was revoked, or the link was already used';
      throw new ApiError(401, 'unauthenticated', message);
    }
    const { token, expiresAt } = await startSession(engine.db, engine.clock, key, settings.sessionSeconds);
    const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - engine.clock.now().getTime()) / 1000));
    setCookie(c, http.sessionCookieName, token, { ...getCookieOptions(http, c), maxAge });
    return c.json(toBrowserSession(key, expiresAt));
  });

  app.delete('/v1/session', async (c) => {
    rejectCrossSiteRequest(http, c);
    const token = getCookie(c, http.sessionCookieName);
    if (token !== undefined) {
      await endSession(engine.db, token);
      http.keys.clearCache();
    }
    deleteCookie(c, http.sessionCookieName, getCookieOptions(http, c));
    return c.body(null, 204);
  });
}

/**
 * `GET /v1/session` returns the account, the API key (without its secret) and the expiry time of the request's credential.
 * `POST /v1/session/links` creates a link that signs a browser in with the same key.
 */
export function addSessionRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;

  app.get('/v1/session', (c) => {
    const { key, expiresAt } = c.get('credential');
    return c.json(toBrowserSession(key, expiresAt));
  });

  app.post('/v1/session/links', async (c) => {
    const { key, kind } = c.get('credential');
    if (kind === 'session') {
      // a session that could create links could be renewed forever
      throw new ApiError(403, 'forbidden', 'Expected the API key in a header: a browser session cannot create links');
    }
    const { token, expiresAt } = await createSignInLink(engine.db, engine.clock, key);
    const link: SignInLink = { url: `${getBaseUrl(http, c)}/ui/sign-in#${token}`, expiresAt: expiresAt.toISOString() };
    return c.json(link, 201);
  });
}

async function findKey({ keys, engine }: HttpContext, body: z.output<typeof signInBody>): Promise<ApiKey | undefined> {
  const secret = 'key' in body ? body.key : body.link;
  if (secret === '' || secret.length > maxSecretLength) return undefined;
  const hash = 'key' in body ? hashSecret(secret) : await redeemSignInLink(engine.db, engine.clock, secret);
  return hash === undefined ? undefined : (await keys.findCredential('key', hash))?.key;
}

function toBrowserSession({ accountId, id, name, role, pipelines }: ApiKey, expiresAt: Date | null): BrowserSession {
  return {
    account: accountId,
    key: { id, name, role, pipelines: pipelines && [...pipelines] },
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

function getCookieOptions({ settings }: HttpContext, c: Context<RouteEnv>): CookieOptions {
  // the server itself uses plain HTTP; the `Origin` header or `publicUrl` shows whether a proxy in front of the server uses TLS
  const publicOrigin = c.req.header('origin') ?? settings.publicUrl;
  return { httpOnly: true, sameSite: 'Strict', path: '/', secure: publicOrigin?.startsWith('https:') ?? false };
}
