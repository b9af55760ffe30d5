import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { buildFilterQuery } from '../options/filter-query.js';
import { anyValueFor, integerAtLeast, oneOf, toBeDate, type OptionRules } from '../options/option-rules.js';
import { auditActions, type AuditAction, type AuditPage } from '../shared/types/audit.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** A filter for the audit log. */
export interface AuditFilter {
  action?: AuditAction | undefined;
  /** The name or id of the API key that was used to make the change. The key may have been revoked. */
  key?: string | undefined;
  /** Only changes at or after this time. */
  since?: Date | undefined;
  /** Maximum number of entries per page, at most 1000. @default 100 */
  limit?: number | undefined;
  /** The previous page's `nextCursor`. */
  cursor?: string | undefined;
}

const filterRules: OptionRules<keyof AuditFilter> = {
  ...anyValueFor(['key', 'cursor']),
  action: oneOf(...auditActions),
  since: toBeDate,
  limit: integerAtLeast(1),
};

/** The account's audit log, which records changes, such as new keys and deleted files. Requires a Millrace server and an admin key. */
export class Audit {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Returns one page of the audit log, newest entries first. `nextCursor` is `null` on the last page.
   *
   * @throws `ValidationError` if an argument is invalid; `ForbiddenError` if the client's key is not an admin key.
   * @example
   * ```ts
   * const { items } = await client.audit.list({ action: 'key.create', since: new Date('2031-02-01') });
   * for (const { at, key, name } of items) console.log(at, key?.name, name);
   * ```
   */
  async list(filter: AuditFilter = {}, options: RequestOptions = {}): Promise<AuditPage> {
    const query = buildFilterQuery(filter, filterRules, options, 'audit.list()');
    const call = { action: 'list audit log entries', method: 'GET', path: `/v1/audit?${query}` } as const;
    return callV1(this.#connection, call, options, (v1) => v1.auditResponse);
  }
}
