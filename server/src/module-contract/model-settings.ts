/** An OpenAI-compatible server that runs the models of one module. */
export interface EndpointSettings {
  /** Including the path, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** Local servers usually need no key. */
  readonly apiKey?: string | undefined;
  /** The endpoint's name for the model, used for every requested model. */
  readonly model?: string | undefined;
  /** The endpoint's name for each model that it runs. Without `model`, a model missing here uses the next route. */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** For one response, including retries. */
  readonly timeoutSeconds: number;
  /** Longer texts are sent in parts: an endpoint does not report the context length of its model, and some truncate silently. */
  readonly windowCharacters: number;
}

/** Where the models of one module come from. Plain data, because it is sent to the module's process, including secrets. */
export interface ModelSettings {
  readonly module: string;
  readonly endpoint?: EndpointSettings | undefined;
  /** Holds models by repository name: `<modelDir>/Xenova/all-MiniLM-L6-v2/config.json`. */
  readonly modelDir?: string | undefined;
  readonly allowDownloads: boolean;
  /** The URL that models are downloaded from. */
  readonly hub: string;
  readonly hubToken?: string | undefined;
  /** Seconds without data after which a download fails. */
  readonly downloadIdleSeconds: number;
}

/** The default of {@link ModelSettings.hub}. */
export const publicHub = 'https://huggingface.co';

/** Returns settings that allow only builtin models. */
export function builtinOnly(module: string): ModelSettings {
  return { module, allowDownloads: false, hub: publicHub, downloadIdleSeconds: 30 };
}
