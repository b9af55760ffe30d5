import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Outage } from '../shared/types/client-options.js';
import type { Log } from './log.js';
import type { ProxyChoice } from './proxy.js';

export type ApiKey = string | (() => string | Promise<string>);

/** A client's settings, from its options, the environment and the credentials file. */
export interface Settings {
  readonly apiUrl: string | undefined;
  readonly apiKey: ApiKey | undefined;
  /** The message of the `ConfigurationError` that each request throws if the URL or the key is missing. `undefined` if both are set. */
  readonly missingAccessMessage: string | undefined;
  /** Timeout for each HTTP request, in milliseconds. */
  readonly timeout: number;
  readonly maxRetries: number;
  /** How long to keep retrying while the server is unavailable, in milliseconds. */
  readonly retryFor: number;
  readonly onOutage: ((outage: Outage | null) => void) | undefined;
  readonly log: Log;
  readonly proxyFor: (url: URL) => ProxyChoice;
  readonly httpAgent: HttpAgent | undefined;
  readonly httpsAgent: HttpsAgent | undefined;
}
