import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Log } from './log.js';
import type { ProxyChoice } from './proxy.js';

export type ApiKey = string | (() => string | Promise<string>);

/** What a client was told, by its options, the environment and the credentials file, read once. */
export interface Settings {
  readonly apiUrl: string | undefined;
  readonly apiKey: ApiKey | undefined;
  /** Why there is no address or no key, for the error on first use. */
  readonly missing: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly log: Log;
  readonly proxyOf: (url: URL) => ProxyChoice;
  readonly httpAgent: HttpAgent | undefined;
  readonly httpsAgent: HttpsAgent | undefined;
}
