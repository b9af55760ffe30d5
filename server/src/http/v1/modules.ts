import type { Hono } from 'hono';
import type { ModuleDefinition } from 'millrace/modules/catalogue.js';
import { missingModule } from '../../modules/missing-module.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/** `/v1/modules`: every module of this server, and whether each of its models can run here. */
export function moduleRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/v1/modules', (c) => c.json({ items: http.engine.modules.all.map((module) => describe(module, http)) }));
}

function describe(module: ModuleDefinition, http: HttpContext) {
  const available = http.runnable.has(module.name);
  return {
    name: module.name,
    input: module.input,
    output: module.output,
    inputKey: module.inputKey,
    outputKey: module.outputKey,
    defaultModel: module.defaultModel,
    models: module.models.map(({ name, params = {} }) => ({
      name,
      params,
      available,
      ...(available ? {} : { reason: missingModule(module.name) }),
    })),
  };
}
