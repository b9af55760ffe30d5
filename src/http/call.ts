import type { RequestOptions } from '../shared/types/client-options.js';
import type { ServerInfo } from '../shared/types/server-info.js';
import type { RetryPolicy } from './retry-policy.js';

/** A request to a server's API, sent with retries. */
export interface Call {
  /** The action, as a phrase that follows "Could not" in error messages. */
  readonly action: string;
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path, relative to the API URL. Paths that begin with `/v1` belong to Millrace's API, all others to the hosted protocol. */
  readonly path: string;
  readonly json?: unknown;
  /** Serialized JSON to send instead of `json`. */
  readonly text?: string;
  /** A multipart form to send instead of `json`. */
  readonly form?: { readonly boundary: string; readonly content: Buffer };
  /** @default 'always' */
  readonly retryPolicy?: RetryPolicy;
  readonly idempotencyKey?: string;
  /**
   * Whether the server is allowed to start a new run if an earlier run with the same idempotency key has failed. A retry omits
   * this if an earlier attempt may have started the failed run.
   */
  readonly mayReplaceFailedRun?: boolean;
  /** If true, the call does not keep the process alive. @default false */
  readonly isBackground?: boolean;
}

export interface CallResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON, the text if the body is not valid JSON, or `undefined` if the body is empty. */
  readonly body: unknown;
  /** Whether an earlier attempt may already have taken effect. */
  readonly mayBeDuplicate: boolean;
}

/** Sends calls to a server. */
export interface Caller {
  /** The API URL. @throws `ConfigurationError` if the URL or the key is missing. */
  readonly apiUrl: string;
  /** Returns the server's kind, version and limits. */
  getServerInfo(options?: RequestOptions): Promise<ServerInfo>;
  /**
   * Sends a call and returns the response, regardless of its status.
   *
   * @throws `ConnectionError` if no complete response arrives; the signal's reason if it is aborted.
   */
  send(call: Call, options?: RequestOptions): Promise<CallResponse>;
  /**
   * Sends a call and returns the response if its status is 2xx.
   *
   * @throws `ApiError` for any other status; `ResponseShapeError` if the response is not from a Millrace or Krixik server.
   */
  request(call: Call, options?: RequestOptions): Promise<CallResponse>;
}
