import { ok, type HostedResponse } from './response.js';
import type { HostedCall } from './endpoint.js';

/** `POST /krixik-core-cap-check`: how many files the account has had processed. A server of one's own has no cap. */
export async function capCheck({ http, account, requestId }: HostedCall<unknown>): Promise<HostedResponse> {
  const { rows } = await http.engine.db.query<{ units_used: number }>('select units_used from account where id = $1', [
    account.id,
  ]);
  return ok({
    request_id: requestId,
    message: 'SUCCESS: there is no cap',
    user_id: account.id,
    units_used: rows[0]?.units_used ?? 0,
    units_cap: null,
  });
}
