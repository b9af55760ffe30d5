import { ConfigurationError } from '../errors/configuration-error.js';
import type { Connection } from './connection.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** @throws `ConfigurationError` where the server has no `/v1`. */
export async function requireRecords(connection: Connection, options: RequestOptions): Promise<void> {
  const { kind } = await connection.server(options);
  if (kind === 'millrace') return;
  throw new ConfigurationError(
    `${new URL(connection.apiUrl).origin} speaks the hosted protocol only, which knows runs and files by their pipeline only, and cannot cancel runs.`,
  );
}
