import type { Context, Handler } from 'hono';
import type * as z from 'zod';
import type { Access } from '../../store/tables/access.js';
import { EngineError, type EngineErrorCode } from '../../engine/engine-error.js';
import type { IdempotencyKey } from '../../engine/hosted/idempotency.js';
import { ApiError } from '../api-error.js';
import { getAccess, authenticate, runForKey } from '../authenticate.js';
import { getBaseUrl } from '../base-url.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { toServerError } from '../server-errors.js';
import { hostedError, toResponse, type HostedResponse } from './response.js';

/** An authenticated and validated request to an endpoint of the hosted protocol. */
export interface HostedCall<Body> {
  readonly http: HttpContext;
  readonly access: Access;
  readonly body: Body;
  readonly requestId: string;
  /** The base URL for presigned URLs. */
  readonly baseUrl: string;
  readonly idempotencyKey: IdempotencyKey | undefined;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

interface HostedOptions {
  /**
   * Whether to change the status of every client error to 400, because the hosted service's clients read the body of a `process` response
   * only if its status is 200 or 400. Server errors keep their status, so that Millrace clients can retry the request.
   *
   * @default false
   */
  readonly clientErrorsAs400?: boolean;
}

/** Creates a route handler that authenticates the request, validates the body, calls `handle` and converts errors to responses. */
export function createHostedEndpoint<Body>(
  http: HttpContext,
  schema: z.ZodType<Body>,
  handle: (call: HostedCall<Body>) => Promise<HostedResponse>,
  options: HostedOptions = {},
): Handler<RouteEnv> {
  return async (c) => {
    const response = await respond(http, c, schema, handle);
    const adjusted =
      options.clientErrorsAs400 && response.status > 400 && response.status < 500
        ? { ...response, status: 400 as const }
        : response;
    return toResponse(adjusted);
  };
}

async function respond<Body>(
  http: HttpContext,
  c: Context<RouteEnv>,
  schema: z.ZodType<Body>,
  handle: (call: HostedCall<Body>) => Promise<HostedResponse>,
): Promise<HostedResponse> {
  const requestId = c.get('exchangeId');
  let pipeline: string | null = null;
  let fileId: string | null = null;
  try {
    const key = await authenticate(http, c);
    if (!key) {
      const message = 'FAILURE: you are not authenticated: the API key is missing or not known to this server';
      return hostedError(403, { requestId, message, code: 'unauthenticated' });
    }
    const raw = await readJson(c, http.settings);
    pipeline = getString(raw, 'pipeline');
    fileId = getString(raw, 'file_id');
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      return hostedError(400, {
        pipeline,
        requestId,
        fileId,
        message: describeIssues(parsed.error),
        code: 'validation',
      });
    }
    const idempotencyKey = c.req.header('idempotency-key');
    if (idempotencyKey !== undefined && idempotencyKey.length > 255) {
      const message = `BAD REQUEST: Expected an Idempotency-Key of at most 255 characters, got ${idempotencyKey.length}`;
      return hostedError(400, { pipeline, requestId, fileId, message, code: 'validation' });
    }
    const shouldReplaceFailed = c.req.header('millrace-replace-failed') === 'true';
    const call: HostedCall<Body> = {
      http,
      access: getAccess(key),
      body: parsed.data,
      requestId,
      baseUrl: getBaseUrl(http, c),
      idempotencyKey: idempotencyKey === undefined ? undefined : { key: idempotencyKey, shouldReplaceFailed },
      get signal() {
        return c.req.raw.signal;
      },
    };
    return await runForKey(c, key, () => handle(call));
  } catch (error) {
    if (error instanceof EngineError) {
      return hostedError(400, { pipeline, requestId, fileId, message: toHostedMessage(error), code: error.code });
    }
    if (error instanceof ApiError) {
      const status = error.status === 413 || error.status === 403 ? error.status : 400;
      return hostedError(status, { pipeline, requestId, fileId, message: error.message, code: error.code });
    }
    const serverError = toServerError(http, c, error);
    if (serverError) {
      const message = c.req.path.endsWith('-search') ? searchFailedMessage : `FAILURE: ${serverError.message}`;
      return hostedError(serverError.status === 400 ? 400 : 503, {
        pipeline,
        requestId,
        fileId,
        message,
        code: serverError.code,
      });
    }
    http.logger.error('failed to handle a request', { requestId, path: c.req.path, error: String(error) });
    const message = c.req.path.endsWith('-search')
      ? searchFailedMessage
      : `FAILURE: internal server error; see the server log for request ${requestId}`;
    return hostedError(500, { pipeline, requestId, fileId, message, code: 'internal' });
  }
}

const searchFailedMessage = 'FAILURE: Error querying user files';

/** In the hosted protocol, the messages of engine errors with these codes get the prefix `BAD REQUEST: `. */
const badRequestCodes: ReadonlySet<EngineErrorCode> = new Set(['chain_conflict', 'already_exists', 'too_many_runs']);

function toHostedMessage({ code, message }: EngineError): string {
  return badRequestCodes.has(code) ? `BAD REQUEST: ${message}` : message;
}

function getString(body: unknown, key: string): string | null {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : null;
}

function describeIssues(error: z.ZodError): string {
  const issues = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return `BAD REQUEST: ${issues.join('; ')}`;
}
