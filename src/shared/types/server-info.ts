import type { DataFormat } from '../modules/module.js';
import type { Limits } from './limits.js';

/** What a server says of itself. */
export interface ServerInfo {
  /** `millrace`: it has `/v1`. `hosted`: it speaks the hosted service's protocol and nothing else. */
  kind: 'millrace' | 'hosted';
  /** `null` where the server does not say. */
  version: string | null;
  limits: Limits;
}

/** A module as a server offers it. */
export interface ModuleInfo {
  name: string;
  input: DataFormat;
  output: DataFormat;
  inputKey: string | null;
  outputKey: string | null;
  defaultModel: string;
  models: ModelInfo[];
}

/** A model of a module, as a server offers it. */
export interface ModelInfo {
  name: string;
  params: Record<string, ModelParam>;
  /** Whether the server can run it now. */
  available: boolean;
  /** By which way it runs, where the server says so and it is available. */
  route?: ModelRoute;
  /** Why it is not available, and what to do about it. */
  reason?: string;
}

/**
 * Where a model comes from: `builtin` is the server's own code, `endpoint` an OpenAI-compatible server that its operator has
 * configured, `transformers` the model itself, from the server's model directory or a download.
 */
export type ModelRoute = 'builtin' | 'endpoint' | 'transformers';

/** A parameter of a model, and what it is when it is not given. */
export interface ModelParam {
  /** `json`: anything, which only the module itself can check. */
  type: 'int' | 'number' | 'bool' | 'string' | 'json';
  default?: number | boolean | string;
  required?: boolean;
}
