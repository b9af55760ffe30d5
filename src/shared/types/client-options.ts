import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

/** The options of `new Client()`. */
export interface ClientOptions {
  /**
   * The API key, or a function that returns it. The function is called for every request, so that keys can rotate.
   * @default process.env.MILLRACE_API_KEY, then the local server's `credentials.json`
   */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /**
   * The address of the server, for example `http://127.0.0.1:8418`. It may have a path.
   * @default process.env.MILLRACE_API_URL, then the local server's `credentials.json`
   */
  apiUrl?: string | undefined;
  /**
   * Milliseconds for one HTTP exchange; for an upload or a download, the longest time without data. The limit for a whole wait is
   * `waitTimeout`.
   * @default 60_000
   */
  timeout?: number | undefined;
  /** How many times a request is retried after a transient fault. @default 3 */
  maxRetries?: number | undefined;
  /** Receives the log messages. @default writes lines to stderr */
  logger?: Logger | undefined;
  /** Messages below this level are dropped. @default process.env.MILLRACE_LOG ?? 'warn' */
  logLevel?: LogLevel | undefined;
  /**
   * The URL of a proxy for every request; `false` for no proxy. By default the environment decides, and requests to this machine
   * never use a proxy.
   * @default HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY
   */
  proxy?: string | false | undefined;
  /** An agent for `http:` addresses. `close()` does not close it. @default an agent with keep-alive */
  httpAgent?: HttpAgent | undefined;
  /** An agent for `https:` addresses. `close()` does not close it. @default an agent with keep-alive */
  httpsAgent?: HttpsAgent | undefined;
}

/** The options of every method that sends requests. */
export interface RequestOptions {
  /** Aborting it rejects with its reason. The client stops waiting; a run continues until it is cancelled. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one HTTP exchange. @default the client's */
  timeout?: number | undefined;
  /** How many times a request is retried after a transient fault. @default the client's */
  maxRetries?: number | undefined;
}

/** The lowest level that is logged. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

/** Logs a message with its fields. */
export type LogFn = (message: string, fields?: Record<string, unknown>) => void;

/** Any object with these four methods, such as `console` or a logger of pino or winston. */
export interface Logger {
  error: LogFn;
  warn: LogFn;
  info: LogFn;
  debug: LogFn;
}
