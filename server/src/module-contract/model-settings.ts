import type { ConversionSettings } from './conversion-settings.js';

/** An OpenAI-compatible server that runs one module's models. */
export interface EndpointSettings {
  /** The endpoint's URL, including the path, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** The API key. Local servers usually do not need one. */
  readonly apiKey?: string | undefined;
  /** The endpoint's name for the model. It is used for every requested model. */
  readonly model?: string | undefined;
  /**
   * The endpoint's name for each model that it runs. If `model` is not set, a model missing from this map uses the next route.
   */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** Timeout for each response, including retries, in seconds. */
  readonly timeoutSeconds: number;
  /**
   * Maximum length of a text before it is split, in characters. Endpoints do not report context lengths, and some truncate
   * silently.
   */
  readonly windowCharacters: number;
  /** Maximum number of concurrent requests for one file. */
  readonly concurrency: number;
}

/**
 * The sources of a module's models, and the endpoint that converts its documents. The object is plain data, because it is sent to the
 * module's process. It can contain secrets.
 */
export interface ModelSettings {
  readonly module: string;
  readonly endpoint?: EndpointSettings | undefined;
  /** @default the server's own readers */
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

/** Settings of the cache for responses of endpoints, which avoids equal requests. */
export interface CacheSettings {
  readonly directory: string;
  /** Maximum size of the cache, in bytes. The oldest responses are deleted first. */
  readonly maxBytes: number;
}

/** The default of {@link ModelSettings.hub}. */
export const publicHub = 'https://huggingface.co';

/** Returns settings that allow only built-in models. */
export function builtinOnly(module: string): ModelSettings {
  return { module, allowDownloads: false, hub: publicHub, downloadIdleSeconds: 30 };
}
