import type { Context, Handler } from 'hono';
import type * as z from 'zod';
import type { Account } from '../../accounts/accounts.js';
import { EngineError } from '../../engine/engine-error.js';
import { ApiError } from '../api-error.js';
import { authenticate } from '../authenticate.js';
import { baseUrl } from '../base-url.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { refuse, toResponse, type HostedResponse } from './response.js';

/** What an endpoint of the hosted protocol is called with. */
export interface HostedCall<Body> {
  readonly http: HttpContext;
  readonly account: Account;
  readonly body: Body;
  readonly requestId: string;
  /** Where presigned addresses point. */
  readonly baseUrl: string;
  readonly idempotencyKey: string | undefined;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

interface HostedOptions {
  /** Clients read the answer to `process` only at 200 and 400. */
  readonly onlyStatus400?: boolean;
}

/** Wraps an endpoint: key, body, shape and errors are the same for all eleven. */
export function hostedEndpoint<Body>(
  http: HttpContext,
  schema: z.ZodType<Body>,
  handle: (call: HostedCall<Body>) => Promise<HostedResponse>,
  options: HostedOptions = {},
): Handler<RouteEnv> {
  return async (c) => {
    const response = await respond(http, c, schema, handle);
    const plain = options.onlyStatus400 && response.status !== 200 ? { ...response, status: 400 as const } : response;
    return toResponse(plain);
  };
}

async function respond<Body>(
  http: HttpContext,
  c: Context<RouteEnv>,
  schema: z.ZodType<Body>,
  handle: (call: HostedCall<Body>) => Promise<HostedResponse>,
): Promise<HostedResponse> {
  const requestId = c.get('requestId');
  let pipeline: string | null = null;
  let fileId: string | null = null;
  try {
    const account = await authenticate(http, c);
    if (!account) {
      const message = 'FAILURE: you are not authenticated: the API key is missing or not known to this server';
      return refuse(403, { requestId, message, code: 'unauthenticated' });
    }
    const raw = await readJson(c, http.settings.maxBodyBytes);
    pipeline = textOf(raw, 'pipeline');
    fileId = textOf(raw, 'file_id');
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      return refuse(400, { pipeline, requestId, fileId, message: describeIssues(parsed.error), code: 'validation' });
    }
    const idempotencyKey = c.req.header('idempotency-key');
    if (idempotencyKey !== undefined && idempotencyKey.length > 255) {
      const message = `BAD REQUEST: Expected an Idempotency-Key of at most 255 characters, got ${idempotencyKey.length}`;
      return refuse(400, { pipeline, requestId, fileId, message, code: 'validation' });
    }
    return await handle({
      http,
      account,
      body: parsed.data,
      requestId,
      baseUrl: baseUrl(http, c),
      idempotencyKey,
      get signal() {
        return c.req.raw.signal;
      },
    });
  } catch (error) {
    if (error instanceof EngineError) {
      return refuse(400, { pipeline, requestId, fileId, message: error.message, code: error.code });
    }
    if (error instanceof ApiError) {
      const status = error.status === 413 ? 413 : 400;
      return refuse(status, { pipeline, requestId, fileId, message: error.message, code: error.code });
    }
    http.logger.error('a request failed', { requestId, path: c.req.path, error: String(error) });
    const message = c.req.path.endsWith('-search')
      ? 'FAILURE: Error querying user files'
      : `FAILURE: the server could not answer this request; its log has more under request ${requestId}`;
    return refuse(500, { pipeline, requestId, fileId, message, code: 'internal' });
  }
}

function textOf(body: unknown, key: string): string | null {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : null;
}

function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return `BAD REQUEST: ${issues.join('; ')}`;
}
