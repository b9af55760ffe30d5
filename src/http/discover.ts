import { defaultLimits, originalLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Limits } from '../shared/types/limits.js';
import type { ServerInfo, ModuleInfo } from '../shared/types/server-info.js';
import type { GivenLimits } from '../shared/wire/v1-responses.js';
import type { Call, CallResponse, Connection } from './connection.js';
import { refusal } from './refusal.js';
import { isTransientStatus } from './retry-policy.js';
import { readV1, v1Call } from './v1-call.js';
import { catalogue } from '../shared/modules/catalogue.js';

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

/** The modules that a server offers. The hosted service cannot say: it has the catalogue's. */
export async function fetchModules(connection: Connection, options: RequestOptions): Promise<readonly ModuleInfo[]> {
  const { kind } = await connection.server(options);
  if (kind === 'hosted') return builtIn;
  const call = { what: 'ask the server for its modules', method: 'GET', path: '/v1/modules' } as const;
  const { items } = await v1Call(connection, call, options, (v1) => v1.modulesResponse);
  return items;
}

const builtIn: readonly ModuleInfo[] = catalogue.map((module) => ({
  ...module,
  models: module.models
    .filter(({ builtin }) => !builtin)
    .map((model) => ({ name: model.name, params: { ...model.params }, available: true })),
}));
