import type { ConversionSettings } from './conversion-settings.js';

/** The settings of an OpenAI-compatible server that runs the models of one module. */
export interface EndpointSettings {
  /** The endpoint's URL, including the path, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** The API key. Local servers usually do not need one. */
  readonly apiKey?: string | undefined;
  /** The endpoint's name for the model to use if the requested model is not in `models`. */
  readonly model?: string | undefined;
  /**
   * The endpoint's name for each model, by the model's name in the catalogue. If this map is set and `model` is not, models missing from
   * the map do not use the endpoint.
   */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** Timeout for each request, including its retries, in seconds. */
  readonly timeoutSeconds: number;
  /**
   * Maximum length of a text in a request, in characters. Longer texts are split. The limit is a setting, because endpoints do not report
   * the context length of their models, and some truncate texts silently.
   */
  readonly windowCharacters: number;
  /** Maximum number of concurrent requests for one file. */
  readonly concurrency: number;
}

/**
 * The sources of a module's models, and the endpoint that converts its documents. Must be plain data, because the object is sent to the
 * module's process. Can contain secrets.
 */
export interface ModelSettings {
  readonly module: string;
  readonly endpoint?: EndpointSettings | undefined;
  /** The endpoint that converts documents. @default none: the server reads documents itself */
  readonly conversion?: ConversionSettings | undefined;
  /**
   * The directory containing models, in folders named after their repositories: `<modelDir>/Xenova/all-MiniLM-L6-v2/config.json`.
   */
  readonly modelDir?: string | undefined;
  readonly allowDownloads: boolean;
  /** The URL from which models are downloaded. */
  readonly hub: string;
  readonly hubToken?: string | undefined;
  /** Maximum time without data before a download fails, in seconds. */
  readonly downloadIdleSeconds: number;
  /** The cache of endpoint responses. @default no cache */
  readonly cache?: CacheSettings | undefined;
}

/** The settings of the cache of endpoint responses, which avoids repeated requests. */
export interface CacheSettings {
  readonly directory: string;
  /** Maximum size of the cache, in bytes. The least recently used responses are deleted first. */
  readonly maxBytes: number;
}

/** The default of {@link ModelSettings.hub}. */
export const publicHub = 'https://huggingface.co';

export function createBuiltinOnlySettings(module: string): ModelSettings {
  return { module, allowDownloads: false, hub: publicHub, downloadIdleSeconds: 30 };
}
