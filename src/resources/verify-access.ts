import { checkOptions } from '../options/issues.js';
import { requestTable } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import { refusal } from '../http/refusal.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** The body is a text that holds an empty object: that is what the protocol says. */
export async function verifyAccess(connection: Connection, options: RequestOptions): Promise<void> {
  checkOptions(options, requestTable, 'verify()');
  const call = { what: 'check the API key', path: '/cli-checkin', json: '{}' };
  const response = await connection.send(call, options);
  if (response.status !== 200) throw refusal(call.what, response);
}
