import type { Connection } from '../http/connection.js';
import { callV1, deleteV1 } from '../http/call-v1.js';
import { checkOptions, Issues } from '../options/issues.js';
import { integerAtLeast, oneOf, toBe, type OptionRules } from '../options/option-rules.js';
import { requestRules } from '../options/request-options.js';
import { checkId } from '../shared/rules/arguments.js';
import { checkKeyName, checkKeyPipelines, roles } from '../shared/rules/roles.js';
import type { ApiKeyInfo, CreatedApiKey, NewApiKey } from '../shared/types/api-key.js';
import type { SignInLink } from '../shared/types/session.js';
import type { RequestOptions } from '../shared/types/client-options.js';

const newKeyRules: OptionRules<keyof NewApiKey> = {
  name: {
    description: "a key's name",
    holds: (value) => checkKeyName(value) === undefined,
    isRequired: true,
    explain: (value) => checkKeyName(value) ?? '',
  },
  role: { ...oneOf(...roles), isRequired: true },
  pipelines: toBe('an array of names of pipelines, flows and tasks', Array.isArray),
  expireTime: integerAtLeast(1, ' of seconds'),
};

/** The account's API keys. All calls except `createSignInLink` require an admin key. Requires a Millrace server. */
export class Keys {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Creates a key. Only this response contains the secret, so the call is not retried if the response is lost. In that case, the server may
   * have created the key: revoke it before you use its name again.
   *
   * @throws `ValidationError` if an argument is invalid; `ForbiddenError` if the client's key is not an admin key; `ApiError` with the
   * `serverCode` `conflict` if the name is taken or the account has the maximum number of keys.
   * @example
   * ```ts
   * const { key } = await client.keys.create({ name: 'ci', role: 'runner', expireTime: 90 * 86_400 });
   * ```
   */
  async create(key: NewApiKey, options: RequestOptions = {}): Promise<CreatedApiKey> {
    const issues = new Issues();
    issues.check(options, requestRules, 'keys.create()');
    issues.check(key, newKeyRules, 'keys.create()');
    issues.throwIfAny();
    if (key.pipelines !== undefined) issues.add(['pipelines'], checkKeyPipelines(key.pipelines, key.role));
    issues.throwIfAny();
    const call = {
      action: `create the key ${key.name}`,
      path: '/v1/keys',
      json: key,
      retryPolicy: 'if-not-received',
    } as const;
    return callV1(this.#connection, call, options, (v1) => v1.createdKeyResponse);
  }

  /**
   * Returns all keys in the account, oldest first, including expired keys.
   *
   * @throws `ForbiddenError` if the client's key is not an admin key.
   */
  async list(options: RequestOptions = {}): Promise<ApiKeyInfo[]> {
    checkOptions(options, requestRules, 'keys.list()');
    const call = { action: 'list keys', method: 'GET', path: '/v1/keys' } as const;
    const { items } = await callV1(this.#connection, call, options, (v1) => v1.keysResponse);
    return items;
  }

  /**
   * Revokes a key. All server processes reject the key within a second.
   *
   * @param nameOrId The key's name or id.
   * @throws `NotFoundError` if there is no such key; `ForbiddenError` if the client's key is not an admin key.
   */
  async revoke(nameOrId: string, options: RequestOptions = {}): Promise<void> {
    const issues = new Issues();
    issues.check(options, requestRules, 'keys.revoke()');
    if (checkId(nameOrId) !== undefined) issues.add(['nameOrId'], checkKeyName(nameOrId));
    issues.throwIfAny();
    await deleteV1(this.#connection, { action: `revoke the key ${nameOrId}`, path: `/v1/keys/${nameOrId}` }, options);
  }

  /**
   * Creates a single-use link that signs a browser in to the dashboard with this client's key. Anyone who has the link can use it. The link
   * expires after five minutes, or when the key expires if that is earlier.
   *
   * @returns The link's URL and the time when the link expires.
   * @throws `AuthenticationError` if the server rejects the key.
   * @example
   * ```ts
   * const { url } = await client.keys.createSignInLink();
   * console.log(`Open ${url}`);
   * ```
   */
  async createSignInLink(options: RequestOptions = {}): Promise<SignInLink> {
    checkOptions(options, requestRules, 'keys.createSignInLink()');
    const call = { action: 'create a sign-in link', path: '/v1/session/links' };
    return callV1(this.#connection, call, options, (v1) => v1.signInLinkResponse);
  }
}
