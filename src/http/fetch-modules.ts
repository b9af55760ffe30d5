import { catalogue } from '../shared/modules/catalogue.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleInfo } from '../shared/types/server-info.js';
import type { Connection } from './connection.js';

const what = 'ask the server for its modules';

/** The modules that a server offers. The hosted service cannot say: it has the catalogue's. */
export async function fetchModules(connection: Connection, options: RequestOptions): Promise<readonly ModuleInfo[]> {
  const { kind } = await connection.server(options);
  if (kind === 'hosted') return builtIn;
  const response = await connection.ask({ what, method: 'GET', path: '/v1/modules' }, options);
  const [{ modulesResponse }, { readResponse }] = await Promise.all([
    import('../shared/wire/v1-responses.js'),
    import('../shared/wire/read-response.js'),
  ]);
  return readResponse(modulesResponse, response.body, what).items;
}

const builtIn: readonly ModuleInfo[] = catalogue.map((module) => ({
  ...module,
  models: module.models
    .filter(({ builtin }) => !builtin)
    .map((model) => ({ name: model.name, params: { ...model.params }, available: true })),
}));
