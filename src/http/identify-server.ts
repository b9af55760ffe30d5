import { defaultLimits, hostedLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Limits } from '../shared/types/limits.js';
import type { ServerInfo, ModuleInfo } from '../shared/types/server-info.js';
import type { PartialLimits } from '../shared/wire/v1-responses.js';
import type { Caller } from './call.js';
import { createApiError } from './create-api-error.js';
import { createWrongServerError, isWebPage } from './response-body.js';
import { isTransientStatus } from './retry-policy.js';
import { parseV1Response, callV1 } from './call-v1.js';
import { catalogue, getHostedModels, getHostedParams } from '../shared/modules/catalogue.js';

const action = 'identify the server';

/**
 * Determines whether a server supports `/v1` or only the hosted protocol. A server supports `/v1` if it responds with status 200 and the
 * `millrace-api` header.
 *
 * @throws `ApiError` if the status is transient or 5xx, or if a response with the header has a status other than 200 or 404;
 * `ResponseShapeError` if the response is a web page or does not match the schema.
 */
export async function identifyServer(
  connection: Pick<Caller, 'send' | 'apiUrl'>,
  options: RequestOptions,
  isBackground = false,
): Promise<ServerInfo> {
  const response = await connection.send({ action, method: 'GET', path: '/v1', isBackground }, options);
  const hasApiHeader = response.headers['millrace-api'] !== undefined;
  if (hasApiHeader && response.status === 200) {
    const { version, limits } = await parseV1Response(response, action, (v1) => v1.infoResponse);
    return { kind: 'millrace', version, limits: fillDefaults(limits) };
  }
  const isInconclusive = response.status >= 500 || isTransientStatus(response.status);
  if ((hasApiHeader && response.status !== 404) || isInconclusive) throw createApiError(action, response);
  if (isWebPage(response.body)) throw createWrongServerError(action, connection.apiUrl, response.body);
  return { kind: 'hosted', version: null, limits: hostedLimits };
}

/** Fills in the default values for the limits that the server omitted. */
function fillDefaults(partial: PartialLimits): Limits {
  const defined = Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined));
  const fileBytes = { ...defaultLimits.fileBytes, ...partial.fileBytes } as Limits['fileBytes'];
  const extensions = { ...defaultLimits.extensions, ...partial.extensions } as Limits['extensions'];
  return { ...defaultLimits, ...defined, fileBytes, extensions };
}

export async function fetchModules(connection: Caller, options: RequestOptions): Promise<readonly ModuleInfo[]> {
  const call = { action: "list the server's modules", method: 'GET', path: '/v1/modules' } as const;
  const { items } = await callV1(connection, call, options, (v1) => v1.modulesResponse);
  return items;
}

/**
 * The built-in modules, with only the models and parameters that the hosted service offers. Used for servers that support only the hosted
 * protocol, which cannot list modules.
 */
export const builtInModules: readonly ModuleInfo[] = catalogue.map((module) => ({
  ...module,
  models: getHostedModels(module).map((model) => ({
    name: model.name,
    params: { ...getHostedParams(model) },
    available: true,
  })),
}));
