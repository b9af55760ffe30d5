import type { DataFormat } from '../modules/module.js';
import type { Limits } from './limits.js';

/** A server's kind, version and limits. */
export interface ServerInfo {
  /** A `millrace` server supports `/v1`; a `hosted` one supports only the hosted service's protocol. */
  kind: 'millrace' | 'hosted';
  /** `null` if the server does not report its version. */
  version: string | null;
  limits: Limits;
}

/** A module that a server offers. */
export interface ModuleInfo {
  name: string;
  input: DataFormat;
  /** The formats, in addition to `input`, that the module accepts from the previous module. */
  alsoTakes?: readonly DataFormat[];
  output: DataFormat;
  /** Whether the module must be last in a chain. */
  isLast?: true;
  /** For JSON input, the key of each item's text. `data` for NumPy input of a built-in module. Otherwise `null`. */
  inputKey: string | null;
  /** For JSON output, the key of each item's main value. `data` for NumPy output of a built-in module. Otherwise `null`. */
  outputKey: string | null;
  defaultModel: string;
  models: ModelInfo[];
  /**
   * The service that converts documents for this module, and the kinds of files that it converts. Absent if no service is configured or the
   * module's input is not text.
   */
  conversion?: { service: string; kinds: string[] };
}

/** A model that a server offers for a module. */
export interface ModelInfo {
  name: string;
  params: Record<string, ModelParam>;
  /** Whether the server can run the model now. */
  available: boolean;
  /** How the model runs. Absent if the model is not available, or if the server does not report a route. */
  route?: ModelRoute;
  /** Why the model is not available, and what to do about it. */
  reason?: string;
}

/**
 * How a model runs. `builtin`: with the server's built-in code. `endpoint`: on an OpenAI-compatible endpoint that the operator configured.
 * `transformers`: with Transformers.js, from the server's model directory; the server downloads the model first if necessary. `package`:
 * with an npm package that is installed alongside the server.
 */
export type ModelRoute = 'builtin' | 'endpoint' | 'transformers' | 'package';

/** A model parameter and its default. */
export interface ModelParam {
  /** `json` accepts any JSON value, which only the module itself validates. */
  type: 'int' | 'number' | 'bool' | 'string' | 'json';
  default?: number | boolean | string;
  required?: boolean;
}
