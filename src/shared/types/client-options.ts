import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

/** Which server, and how it is talked to. */
export interface ClientOptions {
  /**
   * The key itself, or a function that gives it: called for every request, so a rotated key is picked up.
   * @default process.env.MILLRACE_API_KEY, then the local server's `credentials.json`
   */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /**
   * Where the server is, for example `http://127.0.0.1:8418`. A path prefix is allowed.
   * @default process.env.MILLRACE_API_URL, then the local server's `credentials.json`
   */
  apiUrl?: string | undefined;
  /**
   * Milliseconds for one HTTP exchange; for an upload or a download, the longest time without a byte.
   * The time of a whole wait is `waitTimeout`.
   * @default 60_000
   */
  timeout?: number | undefined;
  /** How often a request is sent again after a passing fault. @default 3 */
  maxRetries?: number | undefined;
  /** Where log lines go. @default whole lines on stderr */
  logger?: Logger | undefined;
  /** @default process.env.MILLRACE_LOG ?? 'warn' */
  logLevel?: LogLevel | undefined;
  /**
   * A proxy for every request, as a URL; `false` for none. Without it the environment decides, except that a loopback
   * address is never asked of a proxy.
   * @default HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY
   */
  proxy?: string | false | undefined;
  /** An agent of your own for `http:` addresses. `close()` leaves it open. @default keep-alive */
  httpAgent?: HttpAgent | undefined;
  /** An agent of your own for `https:` addresses. `close()` leaves it open. @default keep-alive */
  httpsAgent?: HttpsAgent | undefined;
}

/** What every method that talks to the server accepts. */
export interface RequestOptions {
  /** Aborting rejects with the signal's own reason. It stops this client; a run goes on until it is cancelled. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one HTTP exchange. @default the client's */
  timeout?: number | undefined;
  /** @default the client's */
  maxRetries?: number | undefined;
}

/** How much is logged: a level, and what is graver. */
export type LogLevel = 'off' | 'error' | 'warn' | 'info' | 'debug';

/** Takes one line, and what belongs to it. */
export type LogFn = (message: string, fields?: Record<string, unknown>) => void;

/** Anything with these four methods: pino, winston and `console` fit. */
export interface Logger {
  error: LogFn;
  warn: LogFn;
  info: LogFn;
  debug: LogFn;
}
