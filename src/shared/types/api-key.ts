import type { Role } from '../rules/roles.js';

/** An API key to create. */
export interface NewApiKey {
  /** 1 to 64 characters: `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`. Must be unique among the account's keys, and must not be a UUID. */
  name: string;
  /** What the key can be used for. */
  role: Role;
  /**
   * Restricts the key to the files, runs and workers of these pipelines, flows and tasks: 1 to 100 names. An admin key cannot be
   * restricted.
   *
   * @default no restriction
   */
  pipelines?: readonly string[] | undefined;
  /** The time until the key expires, in seconds. @default never */
  expireTime?: number | undefined;
}

/** An API key, without its secret. */
export interface ApiKeyInfo {
  id: string;
  name: string;
  role: Role;
  /** The names of the pipelines, flows and tasks that the key is restricted to; `null` if the key is not restricted. */
  pipelines: string[] | null;
  createdAt: string;
  /** `null` if the key does not expire. */
  expiresAt: string | null;
}

/** A newly created API key. */
export interface CreatedApiKey extends ApiKeyInfo {
  /** The secret, which is returned only when the key is created. The server stores only its hash. */
  key: string;
}
