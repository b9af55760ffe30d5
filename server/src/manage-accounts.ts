import { listAccountRecords, createAccountWithKey, type AccountRecord, type NewAccount } from './accounts/accounts.js';
import { systemClock } from './system/clock.js';
import { withStore, type StoreOptions } from './with-store.js';

/**
 * Creates an account with an admin key. Accounts cannot see each other's data. Creating an account requires access to the data
 * directory or the database, because there is no HTTP route for it.
 *
 * @param name 1 to 64 of the characters `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`. The name must be unique, and must not be a UUID or consist
 *   only of dots.
 * @throws `AccountError` if the name is invalid or taken; `DataDirInUseError` if a server is using the embedded database.
 * @example
 * ```ts
 * const { key } = await createAccount({ dataDir: './data' }, 'team-b');
 * ```
 */
export function createAccount(options: StoreOptions, name: string): Promise<NewAccount> {
  return withStore(options, (db) => createAccountWithKey(db, systemClock, name));
}

/**
 * Returns all accounts, oldest first. The oldest account is the server's own: the key in `credentials.json` belongs to it.
 *
 * @throws `DataDirInUseError` if a server is using the embedded database.
 * @example
 * ```ts
 * for (const { name, keys } of await listAccounts({ dataDir: './data' })) console.log(name, keys);
 * ```
 */
export function listAccounts(options: StoreOptions): Promise<AccountRecord[]> {
  return withStore(options, listAccountRecords);
}
