import type { ApiKeyInfo } from './api-key.js';

/** The session of a signed-in browser, or the equivalent for a request with an API key. */
export interface BrowserSession {
  /** The account's id. */
  account: string;
  /** The API key that the browser signed in with or that the request used, without its secret. */
  key: Pick<ApiKeyInfo, 'id' | 'name' | 'role' | 'pipelines'>;
  /** When the browser must sign in again; for a request with a key, when the key expires, or `null` if it never expires. */
  expiresAt: string | null;
}

/** A single-use link that signs a browser in to the dashboard. */
export interface SignInLink {
  /** Contains the secret in the fragment, after `#`: browsers do not send the fragment, so servers and proxies cannot log it. */
  url: string;
  /** When the link expires, as an ISO 8601 time: five minutes after its creation. */
  expiresAt: string;
}
