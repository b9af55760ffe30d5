import type { DataFormat } from '../modules/module.js';
import type { Limits } from './limits.js';

/** A server's kind, version and limits. */
export interface ServerInfo {
  /** `millrace` has `/v1`; `hosted` supports only the hosted service's protocol. */
  kind: 'millrace' | 'hosted';
  /** `null` if the server does not report its version. */
  version: string | null;
  limits: Limits;
}

/** A module that a server offers. */
export interface ModuleInfo {
  name: string;
  input: DataFormat;
  /** The formats accepted from the module before, besides `input`. */
  alsoTakes?: readonly DataFormat[];
  output: DataFormat;
  /** Whether no module can follow this module. */
  isLast?: true;
  inputKey: string | null;
  outputKey: string | null;
  defaultModel: string;
  models: ModelInfo[];
  /** The service that converts documents for this module, if the operator configured one, and the kinds that it converts. */
  conversion?: { service: string; kinds: string[] };
}

/** A model that a server offers for a module. */
export interface ModelInfo {
  name: string;
  params: Record<string, ModelParam>;
  /** Whether the server can run the model now. */
  available: boolean;
  /** Where the model comes from, if the model is available and the server reports its route. */
  route?: ModelRoute;
  /** Why the model is not available, and what to do about it. */
  reason?: string;
}

/**
 * Where a model comes from: `builtin` is part of the server, `endpoint` is an OpenAI-compatible server configured by the
 * operator, `transformers` is a model downloaded or found in the server's model directory, `package` is an npm package installed beside
 * the server.
 */
export type ModelRoute = 'builtin' | 'endpoint' | 'transformers' | 'package';

/** A model parameter and its default. */
export interface ModelParam {
  /** `json` accepts any JSON value; only the module can check it. */
  type: 'int' | 'number' | 'bool' | 'string' | 'json';
  default?: number | boolean | string;
  required?: boolean;
}
