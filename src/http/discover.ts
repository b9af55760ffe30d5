import { defaultLimits, originalLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Limits } from '../shared/types/limits.js';
import type { ServerInfo } from '../shared/types/server-info.js';
import type { GivenLimits } from '../shared/wire/v1-responses.js';
import type { Call, CallResponse } from './connection.js';
import { refusal } from './refusal.js';
import { isTransientStatus } from './retry-policy.js';
import { readV1 } from './v1-call.js';

interface Sender {
  send(call: Call, options?: RequestOptions): Promise<CallResponse>;
}

const what = 'ask the server what it is';

/**
 * Tells a server with `/v1` from one that speaks the hosted protocol and nothing else, by the header that only the first
 * one sends. A server that is ill is neither: that is an error, not an answer.
 */
export async function discover(connection: Sender, options: RequestOptions, isBackground = false): Promise<ServerInfo> {
  const response = await connection.send({ what, method: 'GET', path: '/v1', isBackground }, options);
  const isOurs = response.headers['millrace-api'] !== undefined;
  if (isOurs && response.status === 200) {
    const { version, limits } = await readV1(response, what, (v1) => v1.infoResponse);
    return { kind: 'millrace', version, limits: complete(limits) };
  }
  const isIll = response.status >= 500 || isTransientStatus(response.status);
  if ((isOurs && response.status !== 404) || isIll) throw refusal(what, response);
  return { kind: 'hosted', version: null, limits: originalLimits };
}

/** What a server leaves out has the default. */
function complete(given: GivenLimits): Limits {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const fileBytes = { ...defaultLimits.fileBytes, ...given.fileBytes } as Limits['fileBytes'];
  const extensions = { ...defaultLimits.extensions, ...given.extensions } as Limits['extensions'];
  return { ...defaultLimits, ...named, fileBytes, extensions };
}
