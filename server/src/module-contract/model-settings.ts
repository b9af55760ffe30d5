import type { ConversionSettings } from './conversion-settings.js';

/** An OpenAI-compatible server that runs the models of one module. */
export interface EndpointSettings {
  /** The endpoint's URL, including the path, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** The API key. Local servers usually do not need one. */
  readonly apiKey?: string | undefined;
  /** The endpoint's name for the model to use, regardless of the model that the user requested. */
  readonly model?: string | undefined;
  /**
   * The endpoint's name for each model that it runs. If `model` is not set, models missing from this map do not use the endpoint.
   */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** Timeout for each response, including retries, in seconds. */
  readonly timeoutSeconds: number;
  /**
   * Maximum length of a text, in characters, before the text is split. Endpoints do not report the context length of their models, and
   * some truncate texts silently.
   */
  readonly windowCharacters: number;
  /** Maximum number of concurrent requests for one file. */
  readonly concurrency: number;
}

/**
 * The sources of a module's models, and the endpoint that converts its documents. Plain data, because the object is sent to the module's
 * process. Can contain secrets.
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
  /** The cache for responses of endpoints. @default no cache */
  readonly cache?: CacheSettings | undefined;
}

/** Settings of the cache for responses of endpoints, which avoids repeated requests. */
export interface CacheSettings {
  readonly directory: string;
  /** Maximum size of the cache, in bytes. The least recently used responses are deleted first. */
  readonly maxBytes: number;
}

/** The default of {@link ModelSettings.hub}. */
export const publicHub = 'https://huggingface.co';

export function allowOnlyBuiltin(module: string): ModelSettings {
  return { module, allowDownloads: false, hub: publicHub, downloadIdleSeconds: 30 };
}
