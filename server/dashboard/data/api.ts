import { toServerPath } from './base.js';

/** An error response from the server. `message` is the error message in the response body, or the HTTP status if the body has none. */
export class ServerError extends Error {
  override readonly name = 'ServerError';

  constructor(
    message: string,
    readonly status: number,
    readonly code: string | undefined,
  ) {
    super(message);
  }
}

/** The server is not reachable, or the connection was lost during a request. `cause` is the browser's error. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Calls `fetch`. @throws {@link UnreachableError} if the server is not reachable. */
export async function fetchFromServer(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    // `fetch` throws a `TypeError` for a network error
    throw error instanceof TypeError ? new UnreachableError(error.message, { cause: error }) : error;
  }
}

export type QueryParameters = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: QueryParameters;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Sends a request to the server and returns the parsed response body, or `undefined` if it is empty. The session cookie
 * authenticates the request.
 *
 * @throws {@link ServerError} if the server responds with an error.
 * @throws {@link UnreachableError} if the server is not reachable.
 */
export async function callApi<Result>(
  path: string,
  { method = 'GET', query, body, signal }: RequestOptions = {},
): Promise<Result> {
  const response = await fetchFromServer(withQuery(toServerPath(path), query), {
    method,
    signal: signal ?? null,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw parseErrorResponse(response, text);
  return (text === '' ? undefined : JSON.parse(text)) as Result;
}

/** Appends query parameters to a path. Omits `null`, `undefined` and `''`. Joins arrays with commas. */
function withQuery(path: string, query: QueryParameters = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value == null || value === '') continue;
    parameters.set(name, String(value));
  }
  const search = parameters.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** Converts an error response to a {@link ServerError}. @param text The response body. */
export function parseErrorResponse(response: Response, text: string): ServerError {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    if (error?.message) return new ServerError(error.message, response.status, error.code);
  } catch {
    // the body is not JSON, for example an HTML error page from a proxy
  }
  return new ServerError(`${response.status} ${response.statusText}`.trim(), response.status, undefined);
}
