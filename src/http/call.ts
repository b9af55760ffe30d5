import type { RequestOptions } from '../shared/types/client-options.js';
import type { ServerInfo } from '../shared/types/server-info.js';
import type { Repeat } from './retry-policy.js';

export interface Call {
  /** What the call does, phrased to follow "Could not" in error messages. */
  readonly what: string;
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** The path relative to the API URL. `/v1…` is Millrace's own API; any other path belongs to the hosted protocol. */
  readonly path: string;
  readonly json?: unknown;
  /** A serialised body to send instead of `json`. */
  readonly text?: string;
  /** @default 'always' */
  readonly repeat?: Repeat;
  readonly idempotencyKey?: string;
  /** If true, the call does not keep the process alive. @default false */
  readonly isBackground?: boolean;
}

export interface CallResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON if it is valid, otherwise the text; `undefined` if empty. */
  readonly body: unknown;
  /** Whether an earlier attempt may already have taken effect. */
  readonly mayBeRepetition: boolean;
}

/** What sends calls: a client's connection. */
export interface Caller {
  /** The API URL. @throws `ConfigurationError` if the URL or the key is missing. */
  readonly apiUrl: string;
  /** Returns the server's kind, version and limits. */
  server(options?: RequestOptions): Promise<ServerInfo>;
  /** Sends a call and returns the response, regardless of its status. @throws `ConnectionError`, or the signal's reason. */
  send(call: Call, options?: RequestOptions): Promise<CallResponse>;
  /** Sends a call that must succeed. @throws `ApiError` for a non-2xx status; `ResponseShapeError`. */
  ask(call: Call, options?: RequestOptions): Promise<CallResponse>;
}
