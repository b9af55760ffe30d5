import type { ApiKeyInfo } from './api-key.js';

/** The session of a signed-in browser, or of a program that sends a key. */
export interface BrowserSession {
  /** The account's id. */
  account: string;
  /** The key that the browser was signed in with, without its secret. */
  key: Pick<ApiKeyInfo, 'id' | 'name' | 'role' | 'pipelines'>;
  /** When the browser has to sign in again. For a request with a key: when the key expires, or `null` if it does not. */
  expiresAt: string | null;
}

/** A link that signs one browser in to the dashboard, once. */
export interface SignInLink {
  /** The dashboard's URL. The secret is after the `#`, so it is in no request and in no log of a server or proxy. */
  url: string;
  /** When the link expires, as an ISO 8601 time: five minutes after its creation. */
  expiresAt: string;
}
