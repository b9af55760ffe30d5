import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { readEndpoints } from './endpoint-environment.js';
import { publicHub } from '../module-contract/model-settings.js';

const port = z.int().min(0).max(65_535);
const count = z.int().min(1);
const seconds = z.number().positive();
const bytes = z.int().positive();

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that starts with http:// or https://' })
  // `fetch` rejects credentials in a URL, and its error contains the password
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'must not contain a user name or password; use the key or token setting instead',
  });

/** An OpenAI-compatible server for one module's models. */
const endpoint = z.strictObject({
  /** The base URL, including the path, such as `http://127.0.0.1:11434/v1`. */
  baseUrl: webUrl,
  apiKey: z.string().min(1).optional(),
  /** The endpoint's model name, used for every model. @default the model's name on this server */
  model: z.string().min(1).optional(),
  /** The endpoint's name for each model. If `model` is not set, models that are not in this map do not use the endpoint. */
  models: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Timeout for a response, including retries, in seconds. */
  timeoutSeconds: seconds.max(86_400).default(60),
  /** Maximum length of a text, in characters. Longer texts are sent in pieces. */
  windowCharacters: count.default(4000),
});

/** All server settings. Options take precedence over the environment, which takes precedence over these defaults. */
const schema = z.strictObject({
  /** The directory for the embedded database, stored files and `credentials.json`. */
  dataDir: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  /** The port to listen on, or 0 for any free port. */
  port: port.default(8418),
  /** The URL of a PostgreSQL database, `postgres://…`. @default the embedded database in the data directory */
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  /** The URL that clients use, if it differs from the one that the server listens on. */
  publicUrl: z.url().optional(),
  /** If true, the server runs steps in child processes. If false, it only serves HTTP. */
  worker: z.boolean().default(true),
  /** Maximum number of steps that run concurrently. */
  concurrency: count.default(availableParallelism()),
  /** The modules whose steps this process runs. @default all modules */
  modules: z.array(z.string()).optional(),
  /** The file with custom modules. @default `millrace.config.ts` (or .mts, .js, .mjs) in the data directory, if it exists */
  config: z.string().min(1).optional(),
  /** Timeout for a module to process one file, in seconds. */
  moduleSeconds: seconds.default(600),
  /** The port for Node's inspector in module processes, on 127.0.0.1. If set, modules run one at a time without a timeout. */
  inspectModules: port.min(1).optional(),
  /** The memory limit for each child process, in bytes. */
  moduleMemory: bytes.default(1024 ** 3),
  /** The directory containing models, in folders named after their repositories. @default `models` in the data directory */
  modelDir: z.string().min(1).optional(),
  /** If true, models that are not in the model directory are downloaded on first use. */
  allowDownloads: z.boolean().default(false),
  /** If true, models are never downloaded, not even by `millrace models pull`. */
  offline: z.boolean().default(false),
  /** The URL of the hub that models are downloaded from. */
  modelHub: webUrl.default(publicHub),
  /** The hub's access token, for models that are not public. */
  modelHubToken: z.string().min(1).optional(),
  /** Maximum time without data before a download fails, in seconds. */
  downloadIdleSeconds: seconds.max(3600).default(30),
  /** OpenAI-compatible servers, by module. */
  endpoints: z.record(z.string().min(1), endpoint).default({}),
  maxTextBytes: bytes.default(64 * 1024 ** 2),
  maxItems: count.default(1_000_000),
  maxOutputBytes: bytes.default(1024 ** 3),
  /** Maximum size of a document (pdf, docx, pptx, html), and of its expanded content, in bytes. */
  maxExpandedBytes: bytes.default(100 * 1024 ** 2),
  /** Maximum number of pixels in an image, according to its header. */
  maxPixels: count.default(25_000_000),
  maxAudioSeconds: seconds.default(3600),
  /** Maximum size of an uploaded file, in bytes. */
  maxFileBytes: bytes.default(5 * 1024 ** 3),
  /** Maximum body size for any other request, in bytes. */
  maxBodyBytes: bytes.default(8 * 1024 ** 2),
  /** Maximum time for any other request body to arrive, and for the fields before and after an uploaded file, in seconds. */
  bodySeconds: seconds.max(86_400).default(300),
  /** Maximum number of open connections. The server closes further ones. At most half of the process's descriptors. */
  maxConnections: count.default(10_000),
  /**
   * The free disk space to keep back for the database, in bytes. With less, uploads are refused and steps wait.
   *
   * @default 256 MiB, or a tenth of a smaller disk
   */
  reservedDiskBytes: z.int().min(0).optional(),
  maxOpenRuns: count.default(100_000),
  /** How long until an unused reservation expires, in seconds. */
  reservationSeconds: seconds.default(60),
  /**
   * Maximum total size of an account's unfinished resumable uploads, in bytes. Each counts as a whole, however much of it has
   * arrived. A single upload is always possible.
   */
  maxUnfinishedBytes: bytes.default(50 * 1024 ** 3),
  /** Minimum size of a resumable upload, in bytes. */
  resumableBytes: count.default(64 * 1024 ** 2),
  /** Maximum size of a file inlined in a request or response, in bytes. If 0, files cannot be inlined. */
  inlineBytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  /** Whether files keep their inputs and the outputs of their modules until they expire, unless the call says otherwise. */
  keepInput: z.boolean().default(false),
  /** How long an interrupted upload can be resumed, in seconds. */
  resumeSeconds: seconds.default(3600),
  /** How long until a presigned upload or download URL expires, in seconds. */
  presignSeconds: seconds.default(3600),
  /** Maximum time without a heartbeat before a worker is considered offline, in seconds. */
  workerOfflineSeconds: seconds.default(30),
  /** Maximum time without a heartbeat before a program's runs are marked as crashed, in seconds. Programs send one every 20 s. */
  workerCrashSeconds: seconds.default(75),
  /**
   * Maximum number of workers per account. A worker is deleted if it has no runs and has sent no heartbeat for
   * `runRetentionDays`.
   */
  maxWorkers: count.default(10_000),
  /** How long reported runs are kept after they end, in days. If 0, they are kept forever. */
  runRetentionDays: z.number().min(0).default(30),
  /** Maximum number of log lines per run. Later lines are dropped. */
  maxEventStreams: count.default(1000),
  stalledStreamSeconds: seconds.default(30),
  maxLogLines: z.int().min(2).max(10_000_000).default(100_000),
  /** If true, webhooks can use private addresses. @default `true` if the server is only reachable from this machine */
  webhookPrivateAddresses: z.boolean().optional(),
  /** Timeout for each webhook delivery attempt, in seconds. */
  webhookSeconds: seconds.max(120).default(15),
  /** Delay after each failed attempt, in seconds. If the attempt after the last delay fails, the delivery fails. */
  webhookRetrySeconds: z
    .array(z.number().min(0).max(604_800))
    .max(20)
    .default([5, 60, 300, 1800, 7200, 18_000, 36_000]),
  /** Maximum number of webhook registrations per account. */
  maxWebhooks: count.default(20),
  /** Maximum number of API keys per account. */
  maxKeys: count.default(1000),
  /** How long a browser stays signed in to the dashboard, in seconds. */
  sessionSeconds: seconds.max(34_560_000).default(604_800),
  /** Maximum number of pending webhook deliveries per account. At most a fifth of them can be for the same target. */
  maxPendingDeliveries: count.default(10_000),
  /** Interval between sweeps for expired files and runs, in seconds. */
  sweepSeconds: seconds.default(1),
  /** Maximum time that `close` waits for running steps and requests, in seconds. */
  graceSeconds: z.number().min(0).default(10),
  logLevel: z.enum(['off', 'error', 'warn', 'info', 'debug']).default('warn'),
});

export type Settings = z.output<typeof schema> & {
  readonly modelDir: string;
  readonly webhookPrivateAddresses: boolean;
};
export type SettingsInput = Partial<z.input<typeof schema>>;

type Environment = Readonly<Record<string, string | undefined>>;

const parseNumber = (text: string) => Number(text);
/** Parses a boolean. Any other string is returned unchanged, so that the schema rejects it. */
const parseBoolean = (text: string) => ({ true: true, 1: true, false: false, 0: false })[text.toLowerCase()] ?? text;
const parseList = (text: string) => text.split(',').map((part) => part.trim());

/** The environment variable for each setting that has one, and how to parse its value. */
const environment: { readonly [K in keyof Settings]?: readonly [name: string, parse: (text: string) => unknown] } = {
  dataDir: ['MILLRACE_DATA', String],
  host: ['MILLRACE_HOST', String],
  port: ['MILLRACE_PORT', parseNumber],
  databaseUrl: ['DATABASE_URL', String],
  publicUrl: ['MILLRACE_PUBLIC_URL', String],
  worker: ['MILLRACE_WORKER', parseBoolean],
  concurrency: ['MILLRACE_CONCURRENCY', parseNumber],
  modules: ['MILLRACE_MODULES', parseList],
  config: ['MILLRACE_CONFIG', String],
  moduleSeconds: ['MILLRACE_MODULE_SECONDS', parseNumber],
  moduleMemory: ['MILLRACE_MODULE_MEMORY', parseNumber],
  inspectModules: ['MILLRACE_INSPECT_MODULES', parseNumber],
  modelDir: ['MILLRACE_MODEL_DIR', String],
  allowDownloads: ['MILLRACE_ALLOW_DOWNLOADS', parseBoolean],
  offline: ['MILLRACE_OFFLINE', parseBoolean],
  modelHub: ['MILLRACE_MODEL_HUB', String],
  modelHubToken: ['MILLRACE_MODEL_HUB_TOKEN', String],
  downloadIdleSeconds: ['MILLRACE_DOWNLOAD_IDLE_SECONDS', parseNumber],
  maxFileBytes: ['MILLRACE_MAX_FILE_BYTES', parseNumber],
  maxConnections: ['MILLRACE_MAX_CONNECTIONS', parseNumber],
  reservedDiskBytes: ['MILLRACE_RESERVED_DISK_BYTES', parseNumber],
  maxOpenRuns: ['MILLRACE_MAX_OPEN_RUNS', parseNumber],
  keepInput: ['MILLRACE_KEEP_INPUT', parseBoolean],
  workerOfflineSeconds: ['MILLRACE_WORKER_OFFLINE_SECONDS', parseNumber],
  workerCrashSeconds: ['MILLRACE_WORKER_CRASH_SECONDS', parseNumber],
  runRetentionDays: ['MILLRACE_RUN_RETENTION_DAYS', parseNumber],
  webhookPrivateAddresses: ['MILLRACE_WEBHOOK_PRIVATE_ADDRESSES', parseBoolean],
  logLevel: ['MILLRACE_LOG', String],
};

/** Thrown when a setting is invalid. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from options and the environment.
 *
 * @throws `SettingsError` whose message lists each invalid setting and its source.
 */
export function readSettings(options: SettingsInput = {}, env: Environment = process.env): Settings {
  const fromOptions = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const fromEnvironment = Object.fromEntries(
    Object.entries(environment).flatMap(([key, [name, parse]]) => {
      const text = env[name];
      return text === undefined || text === '' ? [] : [[key, parse(text)]];
    }),
  );
  const result = schema.safeParse({
    dataDir: join(homedir(), '.millrace'),
    ...fromHuggingFace(env),
    ...fromEnvironment,
    ...fromOptions,
    endpoints: { ...readEndpoints(env), ...options.endpoints },
  });
  if (result.success) {
    const dataDir = resolve(result.data.dataDir);
    const modelDir = resolve(result.data.modelDir ?? join(dataDir, 'models'));
    const webhookPrivateAddresses = result.data.webhookPrivateAddresses ?? isLocalOnly(result.data);
    return { ...result.data, dataDir, modelDir, webhookPrivateAddresses };
  }
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const variable = environment[key as keyof Settings]?.[0];
    const source = variable && env[variable] && !(key in fromOptions) ? ` (from ${variable})` : '';
    return `${issue.path.join('.') || 'settings'}${source}: ${issue.message}`;
  });
  throw new SettingsError(`The server cannot start with these settings. ${problems.join('; ')}`);
}

/**
 * Returns whether the server is only reachable from this machine. Clients on this machine can reach private addresses anyway, but
 * other clients cannot.
 */
function isLocalOnly({ host, publicUrl }: { host: string; publicUrl?: string | undefined }): boolean {
  const hosts = publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname];
  return hosts.every(isLoopbackHost);
}

/** Returns whether a host name or address always refers to this machine. */
export function isLoopbackHost(name: string): boolean {
  return name === 'localhost' || /^\[?::1\]?$/.test(name) || /^127(\.\d+){3}$/.test(name);
}

/** Reads settings from the environment variables of Hugging Face tools. This server's own variables take precedence. */
function fromHuggingFace(env: Environment): Record<string, unknown> {
  const modelDir = env['HF_HOME'];
  const modelHub = env['HF_ENDPOINT'];
  const modelHubToken = env['HF_TOKEN'] ?? env['HF_ACCESS_TOKEN'];
  const offline = env['HF_HUB_OFFLINE'];
  return {
    ...(modelDir && { modelDir }),
    ...(modelHub && { modelHub }),
    ...(modelHubToken && { modelHubToken }),
    ...(offline && { offline: parseBoolean(offline) }),
  };
}
