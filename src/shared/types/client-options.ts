import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

/** Options for `new Client()`. */
export interface ClientOptions {
  /**
   * The API key, or a function that returns it. The function is called for every request, so that keys can be rotated.
   * @default process.env.MILLRACE_API_KEY, then the local server's `credentials.json`
   */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /**
   * The server's URL, for example `http://127.0.0.1:8418`. It can include a path.
   * @default process.env.MILLRACE_API_URL, then the local server's `credentials.json`
   */
  apiUrl?: string | undefined;
  /**
   * Timeout for each HTTP request, in milliseconds. An upload or download times out only if no data is transferred for this long. To limit
   * how long a call waits for a run, use `waitTimeout`.
   * @default 60_000
   */
  timeout?: number | undefined;
  /** Maximum number of times to retry a request after transient errors. `0` also disables `retryFor`. @default 3 */
  maxRetries?: number | undefined;
  /**
   * How long a call keeps retrying while the server is unavailable, in milliseconds. Applies only after the server has responded to this
   * client at least once; before that, only `maxRetries` applies. Only requests that are safe to repeat are retried.
   * @default process.env.MILLRACE_RETRY_FOR ?? 300_000
   */
  retryFor?: number | undefined;
  /**
   * Called every second while calls are waiting for an unavailable server, and with `null` when the last call stops waiting.
   *
   * @example
   * ```ts
   * const client = new Client({
   *   onOutage: (outage) => console.error(outage ? `waiting for the server, ${outage.seconds} s` : 'no longer waiting'),
   * });
   * ```
   */
  onOutage?: ((outage: Outage | null) => void) | undefined;
  /** Receives log messages. @default a logger that writes to stderr */
  logger?: Logger | undefined;
  /** Messages below this level are dropped. @default process.env.MILLRACE_LOG ?? 'warn' */
  logLevel?: LogLevel | undefined;
  /**
   * The URL of the proxy for all requests, or `false` for no proxy. The environment variables do not apply to requests that are sent to
   * loopback hosts or use a custom agent.
   * @default HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY
   */
  proxy?: string | false | undefined;
  /** Agent for `http:` URLs. `client.close()` does not destroy a custom agent. @default an agent with keep-alive */
  httpAgent?: HttpAgent | undefined;
  /** Agent for `https:` URLs. `client.close()` does not destroy a custom agent. @default an agent with keep-alive */
  httpsAgent?: HttpsAgent | undefined;
}

/** Options for every method that sends requests. */
export interface RequestOptions {
  /** Aborts the call, which then rejects with the signal's reason. Does not cancel a run that has started. */
  signal?: AbortSignal | undefined;
  /** Timeout for each HTTP request, in milliseconds. @default the client's `timeout` */
  timeout?: number | undefined;
  /** Maximum number of times to retry a request after transient errors. `0` also disables `retryFor`. @default the client's `maxRetries` */
  maxRetries?: number | undefined;
  /**
   * How long the call keeps retrying while the server is unavailable, in milliseconds.
   * @default the client's `retryFor`; while the call waits for a run, no limit except `waitTimeout`
   */
  retryFor?: number | undefined;
}

/** A period in which the server is unavailable. */
export interface Outage {
  /** How long the server has been unavailable, in seconds. */
  readonly seconds: number;
  /** Why the first attempt during the outage failed: an error code such as `ECONNREFUSED`, or an HTTP status such as `status 503`. */
  readonly reason: string;
}

/** The minimum level of the messages to log. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

/** Logs a message with optional fields. */
type LogFn = (message: string, fields?: Record<string, unknown>) => void;

/**
 * Any object with these four methods, such as `console` or a winston logger. A pino logger needs an adapter, because it takes the fields
 * before the message.
 */
export interface Logger {
  error: LogFn;
  warn: LogFn;
  info: LogFn;
  debug: LogFn;
}
