import type { ApiKeyInfo } from './api-key.js';

/** The session of a signed-in browser, or the equivalent for a request with an API key. */
export interface BrowserSession {
  /** The account's id. */
  account: string;
  /** The API key that the browser signed in with or that the request used, without its secret. */
  key: Pick<ApiKeyInfo, 'id' | 'name' | 'role' | 'pipelines'>;
  /** When the session expires. For a request with an API key, when the key expires, or `null` if it never expires. */
  expiresAt: string | null;
}

/** A single-use link that signs a browser in to the dashboard. */
export interface SignInLink {
  /** Contains a single-use token in its fragment, after `#`. Browsers do not send the fragment, so servers and proxies cannot log it. */
  url: string;
  /** When the link expires, in ISO 8601 format: five minutes after its creation, or when the API key expires if that is earlier. */
  expiresAt: string;
}
