import type { Json } from './json.js';

export const auditActions = [
  'account.create',
  'key.create',
  'key.revoke',
  'webhook.create',
  'webhook.delete',
  'run.cancel',
  'run.resume',
  'run.rerun',
  'run.delete',
  'batch.cancel',
  'file.update',
  'file.delete',
] as const;

/** The kind of change that an audit log entry records. */
export type AuditAction = (typeof auditActions)[number];

/** An entry of the audit log. It contains no secrets. */
export interface AuditEntry {
  id: string;
  at: string;
  action: AuditAction;
  /** The id of the changed account, key, webhook, run, batch or file. */
  target: string;
  /** The name of the account, key, run or batch; the path of the file before the change; or the origin of the webhook's URL. */
  name: string;
  /** The pipeline, flow or task of a run, batch or file; otherwise `null`. */
  pipeline: string | null;
  /**
   * A new key's role, pipelines and expiry; the names of a file's changed fields; or the id of the run that a rerun created. `null` for
   * other changes.
   */
  details: Record<string, Json> | null;
  /** The key used for the change; `null` if there was none, for example for a command on the server or at the server's first start. */
  key: { id: string; name: string } | null;
  /** The IP address of the client, or of the proxy in front of the server; `null` if `key` is `null`. */
  address: string | null;
}

/** A page of the audit log. */
export interface AuditPage {
  items: AuditEntry[];
  /** The `cursor` of the next page, or `null` for the last page. */
  nextCursor: string | null;
}
