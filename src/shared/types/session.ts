import type { ApiKeyInfo } from './api-key.js';

/** The session of a signed-in browser, or the equivalent for a request with an API key. */
export interface BrowserSession {
  /** The account's id. */
  account: string;
  /** The key that the browser signed in with, without its secret. */
  key: Pick<ApiKeyInfo, 'id' | 'name' | 'role' | 'pipelines'>;
  /** When the browser must sign in again; for a request with a key, when the key expires, or `null` if it never expires. */
  expiresAt: string | null;
}

/** A link that signs one browser in to the dashboard. It works once. */
export interface SignInLink {
  /** The URL of the dashboard. The secret follows the `#`, so browsers do not send it, and servers and proxies do not log it. */
  url: string;
  /** When the link expires, as an ISO 8601 time: five minutes after its creation. */
  expiresAt: string;
}
