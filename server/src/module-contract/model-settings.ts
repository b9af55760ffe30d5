/** An OpenAI-compatible server that runs the models of one module. */
export interface EndpointSettings {
  /** With its path, as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** Servers on this machine mostly need none. */
  readonly apiKey?: string | undefined;
  /** The endpoint's own name for whatever model is asked for. */
  readonly model?: string | undefined;
  /** The endpoint's own name for each model that it runs; without `model`, a name that is missing here takes the next route. */
  readonly models?: Readonly<Record<string, string>> | undefined;
  /** For one answer, tries included. */
  readonly timeoutSeconds: number;
  /** Longer texts are sent in pieces: an endpoint does not say how much its model can read, and some cut the rest off. */
  readonly windowCharacters: number;
}

/** Where the models of one module come from. Plain data: it crosses to the module's process, secrets and all. */
export interface ModelSettings {
  readonly module: string;
  readonly endpoint?: EndpointSettings | undefined;
  /** Models lie in it by the names of their repositories: `<modelDir>/Xenova/all-MiniLM-L6-v2/config.json`. */
  readonly modelDir?: string | undefined;
  readonly allowDownloads: boolean;
  /** Where models are downloaded from. */
  readonly hub: string;
  readonly hubToken?: string | undefined;
  /** Seconds without a byte after which a download is given up. */
  readonly downloadIdleSeconds: number;
}

/** Where models are downloaded from when nothing else is said. */
export const publicHub = 'https://huggingface.co';

/** Nothing but the builtin models. */
export function builtinOnly(module: string): ModelSettings {
  return { module, allowDownloads: false, hub: publicHub, downloadIdleSeconds: 30 };
}
