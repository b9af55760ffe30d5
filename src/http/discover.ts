import { defaultLimits, originalLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Limits } from '../shared/types/limits.js';
import type { ServerInfo } from '../shared/types/server-info.js';
import type { GivenLimits } from '../shared/wire/v1-answers.js';
import type { Call, CallAnswer } from './connection.js';
import { refusal } from './refusal.js';
import { isPassingStatus } from './retry-policy.js';

interface Sender {
  send(call: Call, options?: RequestOptions): Promise<CallAnswer>;
}

const what = 'ask the server what it is';

/**
 * Tells a server with `/v1` from one that speaks the hosted protocol and nothing else, by the header that only the first
 * one sends. A server that is ill is neither: that is an error, not an answer.
 */
export async function discover(connection: Sender, options: RequestOptions, isBackground = false): Promise<ServerInfo> {
  const answer = await connection.send({ what, method: 'GET', path: '/v1', isBackground }, options);
  const isOurs = answer.headers['millrace-api'] !== undefined;
  if (isOurs && answer.status === 200) {
    const [{ infoAnswer }, { readAnswer }] = await Promise.all([
      import('../shared/wire/v1-answers.js'),
      import('../shared/wire/read-answer.js'),
    ]);
    const { version, limits } = readAnswer(infoAnswer, answer.body, what);
    return { kind: 'millrace', version, limits: complete(limits) };
  }
  const isIll = answer.status >= 500 || isPassingStatus(answer.status);
  if ((isOurs && answer.status !== 404) || isIll) throw refusal(what, answer);
  return { kind: 'hosted', version: null, limits: originalLimits };
}

/** What a server leaves out has the default. */
function complete(given: GivenLimits): Limits {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const fileBytes = { ...defaultLimits.fileBytes, ...given.fileBytes } as Limits['fileBytes'];
  const extensions = { ...defaultLimits.extensions, ...given.extensions } as Limits['extensions'];
  return { ...defaultLimits, ...named, fileBytes, extensions };
}
