import type { Context, Handler } from 'hono';
import type * as z from 'zod';
import type { Access } from '../../store/tables/access.js';
import { ApiError } from '../api-error.js';
import { getAccess, authenticate, runForKey } from '../authenticate.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { toServerError } from '../server-errors.js';
import { parseFields, FieldValidationError, invalidJson } from './field-validation-error.js';

/** An authenticated and validated request to a wpipe endpoint. */
export interface WpipeCall<Body = undefined> {
  readonly http: HttpContext;
  readonly access: Access;
  readonly body: Body;
  /** The id in the path, or an empty string if the path has no id. */
  readonly id: string;
}

type CallHandler<Body> = (call: WpipeCall<Body>) => Promise<unknown>;

/** Creates a handler for an endpoint with a request body. The handler authenticates the request before it reads the body. */
export function createPostEndpoint<Schema extends z.ZodType>(
  http: HttpContext,
  schema: Schema,
  handle: CallHandler<z.output<Schema>>,
): Handler<RouteEnv> {
  return createRouteHandler(http, async (c, access) => {
    const body = parseFields(schema, await readBody(http, c));
    return handle({ http, access, body, id: '' });
  });
}

/** Creates a handler for an endpoint without a request body. */
export function createGetEndpoint(http: HttpContext, handle: CallHandler<undefined>): Handler<RouteEnv> {
  return createRouteHandler(http, async (c, access) =>
    handle({ http, access, body: undefined, id: c.req.param('id') ?? '' }),
  );
}

/** Creates a route handler that responds with the result of `handle`, or with an error in FastAPI's format: `{ detail }`. */
function createRouteHandler(
  http: HttpContext,
  handle: (c: Context<RouteEnv>, access: Access) => Promise<unknown>,
): Handler<RouteEnv> {
  return async (c) => {
    try {
      const key = await authenticate(http, c);
      if (!key) return c.json({ detail: 'Unauthorized' }, 401);
      return c.json((await runForKey(c, key, () => handle(c, getAccess(key)))) as object);
    } catch (error) {
      if (error instanceof FieldValidationError) return c.json({ detail: error.detail }, 422);
      const apiError = error instanceof ApiError ? error : toServerError(http, c, error);
      if (apiError) return c.json({ detail: apiError.message }, apiError.status);
      const requestId = c.get('exchangeId');
      http.logger.error('failed to handle a request', { requestId, path: c.req.path, error: String(error) });
      return c.json({ detail: `Internal Server Error; see the server log for request ${requestId}` }, 500);
    }
  };
}

async function readBody(http: HttpContext, c: Context<RouteEnv>): Promise<unknown> {
  try {
    return await readJson(c, http.settings);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'validation') throw invalidJson(error.message);
    throw error;
  }
}
