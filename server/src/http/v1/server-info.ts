import type { Hono } from 'hono';
import { fileKinds } from 'millrace/shared/modules/file-kinds.js';
import type { ModelSpec, ModuleDefinition } from 'millrace/shared/modules/module-definition.js';
import type { ModelInfo, ModuleInfo } from 'millrace/shared/types/server-info.js';
import { getModelAvailability } from '../../models/choose-route.js';
import { getConvertedKinds } from '../../module-contract/conversion-settings.js';
import { describeUnavailableModule } from '../../module-contract/module.js';
import type { HttpContext, RouteEnv } from '../http-context.js';

/**
 * `GET /v1` returns the server's version and limits. Clients also call it to detect whether a server supports `/v1`.
 * `GET /v1/modules` lists the modules, and shows whether and how each of their models can run on this server. The field `kinds` lists the
 * kinds of input files, and shows whether the server reads them itself or sends them to a conversion endpoint.
 */
export function addServerInfoRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  app.get('/v1', (c) => c.json({ name: 'millrace', version: http.version, api: 1, limits: http.limits }));
  app.get('/v1/modules', async (c) => c.json({ items: await listModules(http), kinds: listKinds(http) }));
}

export function listModules(http: HttpContext): Promise<ModuleInfo[]> {
  return Promise.all(http.engine.modules.all.map((module) => describeModule(module, http)));
}

function listKinds({ settings: { conversion } }: HttpContext) {
  const converted = getConvertedKinds(conversion);
  const convertedNames = new Set(converted.map(({ name }) => name));
  const endpointOnly = converted.filter(({ name }) => !fileKinds.some((kind) => kind.name === name));
  return [...fileKinds, ...endpointOnly].map(({ name, format, extensions }) => {
    return { name, format, extensions, route: convertedNames.has(name) ? 'endpoint' : 'builtin' };
  });
}

async function describeModule(module: ModuleDefinition, http: HttpContext): Promise<ModuleInfo> {
  const { conversion } = http.settings;
  const kinds = getConvertedKinds(conversion).map(({ name }) => name);
  return {
    name: module.name,
    input: module.input,
    ...(module.alsoTakes && { alsoTakes: module.alsoTakes }),
    output: module.output,
    ...(module.isLast && { isLast: true as const }),
    inputKey: module.inputKey,
    outputKey: module.outputKey,
    defaultModel: module.defaultModel,
    models: await Promise.all(module.models.map((model) => describeModel(module.name, model, http))),
    ...(conversion && module.input === 'text' && { conversion: { service: conversion.service, kinds } }),
  };
}

async function describeModel(moduleName: string, model: ModelSpec, http: HttpContext): Promise<ModelInfo> {
  const { name, params = {} } = model;
  const availability = http.runnableModules.has(moduleName)
    ? await getModelAvailability(moduleName, model, http.modelSettingsFor(moduleName))
    : { available: false, reason: describeUnavailableModule(moduleName) };
  return { name, params, ...availability };
}
