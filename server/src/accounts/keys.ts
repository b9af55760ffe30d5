import { createHash, randomUUID } from 'node:crypto';
import type { Role } from 'millrace/shared/rules/roles.js';
import type { ApiKeyInfo, CreatedApiKey } from 'millrace/shared/types/api-key.js';
import type { Clock } from '../system/clock.js';
import { recordAuditEntry } from '../store/tables/audit.js';
import type { Db, Queryable } from '../store/db/db.js';
import { acquireNamedLocks } from '../store/db/acquire-named-locks.js';

/** An API key, without its secret. */
export interface ApiKey {
  readonly id: string;
  /** Unique among an account's keys. */
  readonly name: string;
  readonly accountId: string;
  readonly role: Role;
  /** The names of the pipelines, flows and tasks that the key is restricted to, or `null` if it is unrestricted. */
  readonly pipelines: readonly string[] | null;
  /** When the key expires, or `null` if it never expires. */
  readonly expiresAt: Date | null;
}

interface NewKey extends Pick<ApiKey, 'name' | 'role' | 'expiresAt'> {
  /** @default null */
  readonly pipelines?: readonly string[] | null;
  /** The key's secret. @default a random UUID */
  readonly key?: string | undefined;
}

/** Hashes an API key, or the token of a session or sign-in link. No salt is needed, because these secrets are random. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Creates a key for an account. Stores only the key's hash. @returns The key, or `undefined` if the name or the key is taken. */
export function createApiKey(db: Db, clock: Clock, accountId: string, key: NewKey): Promise<CreatedApiKey | undefined> {
  return db.tx((tx) => insertApiKey(tx, clock, accountId, key));
}

/**
 * Returns whether an account has at least `max` keys. Holds a lock until the transaction ends, so that concurrent requests cannot
 * together exceed the limit.
 */
export async function hasReachedKeyLimit(tx: Queryable, accountId: string, max: number): Promise<boolean> {
  await acquireNamedLocks(tx, [`${accountId} keys`]);
  const { rows } = await tx.query<{ keys: number }>('select count(*) as keys from api_key where account_id = $1', [
    accountId,
  ]);
  return (rows[0]?.keys ?? 0) >= max;
}

/** Creates a key in the caller's transaction. @returns The key, or `undefined` if the name or the key is taken. */
export async function insertApiKey(
  tx: Queryable,
  clock: Clock,
  accountId: string,
  { name, role, expiresAt, pipelines = null, key = randomUUID() }: NewKey,
): Promise<CreatedApiKey | undefined> {
  const now = clock.now();
  const { rows } = await tx.query<KeyRow>(
    `insert into api_key (id, hash, account_id, name, role, created_at, expires_at, pipelines)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning ${keyInfoColumns}`,
    [randomUUID(), hashSecret(key), accountId, name, role, now, expiresAt, pipelines && JSON.stringify(pipelines)],
  );
  if (!rows[0]) return undefined;
  const { id, createdAt, ...info } = toKeyInfo(rows[0]);
  const details = { role, pipelines: info.pipelines, expiresAt: info.expiresAt };
  await recordAuditEntry(tx, accountId, { action: 'key.create', target: id, name, details }, now);
  return { id, createdAt, ...info, key };
}

interface KeyRow extends Pick<ApiKey, 'id' | 'name' | 'role' | 'pipelines'> {
  readonly created_at: Date;
  readonly expires_at: Date | null;
}

const keyInfoColumns = 'id, name, role, pipelines, created_at, expires_at';

function toKeyInfo({ id, name, role, pipelines, created_at: createdAt, expires_at: expiresAt }: KeyRow): ApiKeyInfo {
  return {
    id,
    name,
    role,
    pipelines: pipelines && [...pipelines],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

/** Returns an account's keys, oldest first. */
export async function listApiKeys(db: Queryable, accountId: string): Promise<ApiKeyInfo[]> {
  const { rows } = await db.query<KeyRow>(
    `select ${keyInfoColumns} from api_key where account_id = $1 order by created_at, name`,
    [accountId],
  );
  return rows.map(toKeyInfo);
}

/**
 * Deletes a key, and records this in the audit log.
 *
 * @param nameOrId The key's name or id.
 * @returns `false` if the account has no such key.
 */
export async function revokeApiKey(db: Db, clock: Clock, accountId: string, nameOrId: string): Promise<boolean> {
  return db.tx(async (tx) => {
    const { rows } = await tx.query<{ id: string; name: string }>(
      'delete from api_key where account_id = $1 and (name = $2 or id::text = lower($2)) returning id, name',
      [accountId, nameOrId],
    );
    for (const { id, name } of rows) {
      await recordAuditEntry(tx, accountId, { action: 'key.revoke', target: id, name }, clock.now());
    }
    return rows.length > 0;
  });
}

/** The credential of a request: a key in its header, or the session of a browser that was signed in with a key. */
export interface Credential {
  readonly key: ApiKey;
  /** The hash of the key or of the session's token. */
  readonly hash: string;
  readonly kind: 'key' | 'session';
  /** When the credential expires, or `null` if it never expires. */
  readonly expiresAt: Date | null;
}

/** How long a credential is cached, in milliseconds. Every server therefore rejects a revoked key within a second. */
const cacheTtlMs = 900;
/** Maximum number of cached credentials. */
const maxCacheSize = 1000;

const apiKeyColumns = `api_key.id, api_key.name, api_key.account_id as "accountId", api_key.role, api_key.pipelines,
  api_key.expires_at as "expiresAt"`;

const lookupSqlByKind: Readonly<Record<Credential['kind'], string>> = {
  key: `select ${apiKeyColumns}, api_key.expires_at as "credentialExpiresAt" from api_key where hash = $1`,
  session: `select ${apiKeyColumns}, session.expires_at as "credentialExpiresAt" from session join api_key on api_key.id = session.key_id
    where session.hash = $1 and kind = 'browser'`,
};

/** Looks up API keys and browser sessions. Caches them for less than a second. */
export class CredentialLookup {
  readonly #db: Db;
  readonly #clock: Clock;
  /** `staleAt` is a `performance.now()` timestamp. */
  readonly #cache = new Map<string, { credential: Credential; staleAt: number }>();

  constructor(db: Db, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Returns the key with this secret, or `undefined` if it is unknown, revoked or expired. */
  async find(secret: string): Promise<ApiKey | undefined> {
    return (await this.findCredential('key', hashSecret(secret)))?.key;
  }

  /** Returns the key or session with this hash, or `undefined` if it is unknown, revoked or expired. */
  async findCredential(kind: Credential['kind'], hash: string): Promise<Credential | undefined> {
    const credential = await this.#lookUp(kind, hash);
    const isValid = credential && (credential.expiresAt === null || credential.expiresAt > this.#clock.now());
    return isValid ? credential : undefined;
  }

  /** Returns the subset of `hashes` whose keys or sessions are neither revoked nor expired. Does not use the cache. */
  async findValidHashes(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#db.query<{ hash: string }>(
      `select hash from api_key where hash = any($1) and (expires_at is null or expires_at > $2)
       union all select hash from session where hash = any($1) and kind = 'browser' and expires_at > $2`,
      [hashes, this.#clock.now()],
    );
    return new Set(rows.map(({ hash }) => hash));
  }

  /** Call this after revoking a key or signing a browser out. */
  clearCache(): void {
    this.#cache.clear();
  }

  async #lookUp(kind: Credential['kind'], hash: string): Promise<Credential | undefined> {
    const cacheKey = `${kind} ${hash}`;
    const cached = this.#cache.get(cacheKey);
    if (cached && cached.staleAt > performance.now()) return cached.credential;
    // set `staleAt` before the query, because the key may be revoked while the query runs
    const staleAt = performance.now() + cacheTtlMs;
    const { rows } = await this.#db.query<ApiKey & { readonly credentialExpiresAt: Date | null }>(
      lookupSqlByKind[kind],
      [hash],
    );
    const [row] = rows;
    if (!row) {
      this.#cache.delete(cacheKey);
      return undefined;
    }
    const { credentialExpiresAt, ...key } = row;
    const credential: Credential = { key, hash, kind, expiresAt: credentialExpiresAt };
    if (this.#cache.size >= maxCacheSize) this.#cache.clear();
    this.#cache.set(cacheKey, { credential, staleAt });
    return credential;
  }
}
