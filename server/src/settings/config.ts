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
  .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
  // `fetch` rejects credentials in a URL, and its error contains the password
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'must not contain a user name or password: use the setting for the key',
  });

/** An OpenAI-compatible server for the models of one module. */
const endpoint = z.strictObject({
  /** Including the path: `http://127.0.0.1:11434/v1`. */
  baseUrl: webUrl,
  apiKey: z.string().min(1).optional(),
  /** The endpoint's name for every model. @default the same name as here */
  model: z.string().min(1).optional(),
  /** The endpoint's name for each model. Without `model`, other models do not use the endpoint. */
  models: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Seconds for one response, including retries. */
  timeoutSeconds: seconds.max(86_400).default(60),
  /** Longer texts are sent in pieces. */
  windowCharacters: count.default(4000),
});

/** Every setting of the server. Values come from options, then the environment, then these defaults. */
const schema = z.strictObject({
  /** The directory of the embedded database, the files and `credentials.json`. */
  dataDir: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0: any free port. */
  port: port.default(8418),
  /** `postgres://…`. @default the embedded database in the data directory */
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  /** The address that clients use, if it is not the one that the server listens on. */
  publicUrl: z.url().optional(),
  /** Whether to run steps, in child processes; `false`: HTTP only. */
  worker: z.boolean().default(true),
  /** The most steps that run at the same time. */
  concurrency: count.default(availableParallelism()),
  /** The modules whose steps this process runs. @default all modules */
  modules: z.array(z.string()).optional(),
  /** The file with custom modules. @default `millrace.config.ts` (or .mts, .js, .mjs) in the data directory, if it exists */
  config: z.string().min(1).optional(),
  /** The time limit of a module for one file, in seconds. */
  moduleSeconds: seconds.default(600),
  /** For debugging: the port on 127.0.0.1 of Node's inspector in a module's process. Then one module runs at a time, without a deadline. */
  inspectModules: port.min(1).optional(),
  /** The memory limit of a child process, in bytes. */
  moduleMemory: bytes.default(1024 ** 3),
  /** The directory with models, in folders named after their repositories. @default `models` in the data directory */
  modelDir: z.string().min(1).optional(),
  /** Download a model that is not in the model directory when it is first used. */
  allowDownloads: z.boolean().default(false),
  /** Never download a model, not even by `millrace models pull`. */
  offline: z.boolean().default(false),
  /** The hub that models are downloaded from. */
  modelHub: webUrl.default(publicHub),
  /** The hub's token for models that are not public. */
  modelHubToken: z.string().min(1).optional(),
  /** Seconds without a byte after which a download fails. */
  downloadIdleSeconds: seconds.max(3600).default(30),
  /** OpenAI-compatible servers, by module. */
  endpoints: z.record(z.string().min(1), endpoint).default({}),
  maxTextBytes: bytes.default(64 * 1024 ** 2),
  maxItems: count.default(1_000_000),
  maxOutputBytes: bytes.default(1024 ** 3),
  /** Bytes of a document (pdf, docx, pptx, html), and of what it expands to. */
  maxExpandedBytes: bytes.default(100 * 1024 ** 2),
  /** Pixels of an image, by its header. */
  maxPixels: count.default(25_000_000),
  maxAudioSeconds: seconds.default(3600),
  /** Bytes of an uploaded file. */
  maxFileBytes: bytes.default(5 * 1024 ** 3),
  /** Bytes of the body of any other request. */
  maxBodyBytes: bytes.default(8 * 1024 ** 2),
  maxOpenRuns: count.default(100_000),
  /** Seconds after which an unused reservation expires. */
  reservationSeconds: seconds.default(60),
  /** Uploads with at least this many bytes can be resumed. */
  resumableBytes: count.default(64 * 1024 ** 2),
  /** The largest file, in bytes, that a request or response may contain; 0: no file. */
  inlineBytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  /** Seconds that an interrupted upload can be resumed. */
  resumeSeconds: seconds.default(3600),
  /** Seconds after which a presigned upload or download address expires. */
  presignSeconds: seconds.default(3600),
  /** Seconds without a heartbeat after which a worker is offline. */
  workerOfflineSeconds: seconds.default(30),
  /** Seconds without a heartbeat after which a program's runs are marked as crashed. Programs send one every 20 seconds. */
  workerCrashSeconds: seconds.default(75),
  /** Workers of one account. A worker is deleted when it has no runs left, and no heartbeat for as long as a run is kept. */
  maxWorkers: count.default(10_000),
  /** Days that reported runs are kept after their end; 0: forever. */
  runRetentionDays: z.number().min(0).default(30),
  /** Log lines of one run; later lines are dropped. */
  maxLogLines: z.int().min(2).max(10_000_000).default(100_000),
  /** Whether webhooks may use private addresses. @default `true` if only this machine can reach the server itself */
  webhookPrivateAddresses: z.boolean().optional(),
  /** Seconds for one attempt to deliver to a webhook. */
  webhookSeconds: seconds.max(120).default(15),
  /** Seconds to wait after each failed attempt. After the last one, the delivery fails. */
  webhookRetrySeconds: z
    .array(z.number().min(0).max(604_800))
    .max(20)
    .default([5, 60, 300, 1800, 7200, 18_000, 36_000]),
  /** Webhooks of an account. */
  maxWebhooks: count.default(20),
  /** Pending deliveries of an account; at most a fifth of them for one address. */
  maxPendingDeliveries: count.default(10_000),
  /** Seconds between two sweeps for expired files and runs. */
  sweepSeconds: seconds.default(1),
  /** Seconds that `close` waits for running steps and requests. */
  graceSeconds: z.number().min(0).default(10),
  logLevel: z.enum(['off', 'error', 'warn', 'info', 'debug']).default('warn'),
});

export type Settings = z.output<typeof schema> & {
  readonly modelDir: string;
  readonly webhookPrivateAddresses: boolean;
};
export type SettingsInput = Partial<z.input<typeof schema>>;

type Environment = Readonly<Record<string, string | undefined>>;

const number = (text: string) => Number(text);
/** Returns other text unchanged, so that the schema rejects it. */
const flag = (text: string) => ({ true: true, 1: true, false: false, 0: false })[text.toLowerCase()] ?? text;
const list = (text: string) => text.split(',').map((part) => part.trim());

/** The environment variable of each setting that has one, and how its text is read. */
const environment: { readonly [K in keyof Settings]?: readonly [name: string, read: (text: string) => unknown] } = {
  dataDir: ['MILLRACE_DATA', String],
  host: ['MILLRACE_HOST', String],
  port: ['MILLRACE_PORT', number],
  databaseUrl: ['DATABASE_URL', String],
  publicUrl: ['MILLRACE_PUBLIC_URL', String],
  worker: ['MILLRACE_WORKER', flag],
  concurrency: ['MILLRACE_CONCURRENCY', number],
  modules: ['MILLRACE_MODULES', list],
  config: ['MILLRACE_CONFIG', String],
  moduleSeconds: ['MILLRACE_MODULE_SECONDS', number],
  moduleMemory: ['MILLRACE_MODULE_MEMORY', number],
  inspectModules: ['MILLRACE_INSPECT_MODULES', number],
  modelDir: ['MILLRACE_MODEL_DIR', String],
  allowDownloads: ['MILLRACE_ALLOW_DOWNLOADS', flag],
  offline: ['MILLRACE_OFFLINE', flag],
  modelHub: ['MILLRACE_MODEL_HUB', String],
  modelHubToken: ['MILLRACE_MODEL_HUB_TOKEN', String],
  downloadIdleSeconds: ['MILLRACE_DOWNLOAD_IDLE_SECONDS', number],
  maxFileBytes: ['MILLRACE_MAX_FILE_BYTES', number],
  maxOpenRuns: ['MILLRACE_MAX_OPEN_RUNS', number],
  workerOfflineSeconds: ['MILLRACE_WORKER_OFFLINE_SECONDS', number],
  workerCrashSeconds: ['MILLRACE_WORKER_CRASH_SECONDS', number],
  runRetentionDays: ['MILLRACE_RUN_RETENTION_DAYS', number],
  webhookPrivateAddresses: ['MILLRACE_WEBHOOK_PRIVATE_ADDRESSES', flag],
  logLevel: ['MILLRACE_LOG', String],
};

/** An invalid setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings from options and the environment.
 *
 * @throws `SettingsError` that names each invalid setting and its source.
 */
export function readSettings(options: SettingsInput = {}, env: Environment = process.env): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const fromEnvironment = Object.fromEntries(
    Object.entries(environment).flatMap(([key, [name, read]]) => {
      const text = env[name];
      return text === undefined || text === '' ? [] : [[key, read(text)]];
    }),
  );
  const result = schema.safeParse({
    dataDir: join(homedir(), '.millrace'),
    ...fromHuggingFace(env),
    ...fromEnvironment,
    ...given,
    endpoints: { ...readEndpoints(env), ...options.endpoints },
  });
  if (result.success) {
    const dataDir = resolve(result.data.dataDir);
    const modelDir = resolve(result.data.modelDir ?? join(dataDir, 'models'));
    const webhookPrivateAddresses = result.data.webhookPrivateAddresses ?? isOnlyLocal(result.data);
    return { ...result.data, dataDir, modelDir, webhookPrivateAddresses };
  }
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const variable = environment[key as keyof Settings]?.[0];
    const source = variable && env[variable] && !(key in given) ? ` (from ${variable})` : '';
    return `${issue.path.join('.') || 'settings'}${source}: ${issue.message}`;
  });
  throw new SettingsError(`The server cannot start with these settings. ${problems.join('; ')}`);
}

/** Clients of a server on the loopback address are on this machine and can reach private addresses anyway; others cannot. */
function isOnlyLocal({ host, publicUrl }: { host: string; publicUrl?: string | undefined }): boolean {
  const hosts = publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname];
  return hosts.every((name) => name === 'localhost' || /^\[?::1\]?$/.test(name) || /^127(\.\d+){3}$/.test(name));
}

/** Settings from the variables of Hugging Face's own tools; the server's variables take precedence. */
function fromHuggingFace(env: Environment): Record<string, unknown> {
  const modelDir = env['HF_HOME'];
  const modelHub = env['HF_ENDPOINT'];
  const modelHubToken = env['HF_TOKEN'] ?? env['HF_ACCESS_TOKEN'];
  const isOffline = env['HF_HUB_OFFLINE'];
  return {
    ...(modelDir && { modelDir }),
    ...(modelHub && { modelHub }),
    ...(modelHubToken && { modelHubToken }),
    ...(isOffline && { offline: flag(isOffline) }),
  };
}
