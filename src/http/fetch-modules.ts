import { catalogue } from '../shared/modules/catalogue.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleInfo } from '../shared/types/server-info.js';
import type { Connection } from './connection.js';
import { v1Call } from './v1-call.js';

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
