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
  // `fetch` refuses them, and repeats the password in its error
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'must have no user name and no password in it: a key has a setting of its own',
  });

/** An OpenAI-compatible server for the models of one module. */
const endpoint = z.strictObject({
  /** With its path: `http://127.0.0.1:11434/v1`. */
  baseUrl: webUrl,
  apiKey: z.string().min(1).optional(),
  /** The endpoint's own name for whatever model is asked for; absent: the same name. */
  model: z.string().min(1).optional(),
  /** The endpoint's own name, by ours; without `model`, a model that is not in it does not go to the endpoint. */
  models: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Seconds for one answer, tries included. */
  timeoutSeconds: seconds.max(86_400).default(60),
  /** Texts with more characters are sent in pieces. */
  windowCharacters: count.default(4000),
});

/** Every setting of the server: one schema, from options, then the environment, then these defaults. */
const schema = z.strictObject({
  /** Where the embedded database, the files and `credentials.json` live. */
  dataDir: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: port.default(8418),
  /** `postgres://…`; absent: the embedded database in the data directory. */
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  /** The address that clients reach the server at, where that is not the one it listens on. */
  publicUrl: z.url().optional(),
  /** Run steps in this process' children; `false`: HTTP only. */
  worker: z.boolean().default(true),
  /** Steps at the same time. */
  concurrency: count.default(availableParallelism()),
  /** The modules whose steps this process runs; absent: all. */
  modules: z.array(z.string()).optional(),
  /** A file with modules of your own; absent: `millrace.config.ts` (or .mts, .js, .mjs) in the data directory, if it is there. */
  config: z.string().min(1).optional(),
  /** Seconds that a module may take for one file. */
  moduleSeconds: seconds.default(600),
  /** For debugging: the port on 127.0.0.1 of Node's inspector in a module's process. Then one module runs at a time, without a deadline. */
  inspectModules: port.min(1).optional(),
  /** Bytes of memory that one child process may take. */
  moduleMemory: bytes.default(1024 ** 3),
  /** Where models lie, by the names of their repositories; absent: `models` in the data directory. */
  modelDir: z.string().min(1).optional(),
  /** Fetch a model that is not in the model directory when it is first used. */
  allowDownloads: z.boolean().default(false),
  /** Never fetch a model, not even when that is asked for. */
  offline: z.boolean().default(false),
  /** Where models are downloaded from. */
  modelHub: webUrl.default(publicHub),
  /** For models that are not public. */
  modelHubToken: z.string().min(1).optional(),
  /** Seconds without a byte after which a download is given up. */
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
  /** Seconds that an unused reservation lives. */
  reservationSeconds: seconds.default(60),
  /** Uploads of so many bytes and more can be resumed. */
  resumableBytes: count.default(64 * 1024 ** 2),
  /** Bytes of a file that a request may carry, or an answer; 0: none. */
  inlineBytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  /** Seconds that an interrupted upload can be resumed. */
  resumeSeconds: seconds.default(3600),
  /** Seconds that a presigned upload or download address is good for. */
  presignSeconds: seconds.default(3600),
  /** Seconds of silence after which a worker is offline. */
  workerOfflineSeconds: seconds.default(30),
  /** Seconds of silence after which the runs of a program have crashed. Programs say that they live every 20 seconds. */
  workerCrashSeconds: seconds.default(75),
  /** Workers of one account; those that have been silent as long as a run is kept, and have no run left, are forgotten. */
  maxWorkers: count.default(10_000),
  /** Days that runs which programs reported are kept after their end; 0: for ever. */
  runRetentionDays: z.number().min(0).default(30),
  /** Log lines of one run; the first ones are kept. */
  maxLogLines: z.int().min(2).max(10_000_000).default(100_000),
  /** Whether webhooks may lead to addresses that are not public; absent: only where this server itself is not reachable from elsewhere. */
  webhookPrivateAddresses: z.boolean().optional(),
  /** Seconds for one attempt to deliver to a webhook. */
  webhookSeconds: seconds.max(120).default(15),
  /** Seconds after each attempt that did not succeed, until the next; after the last one it is given up. */
  webhookRetrySeconds: z
    .array(z.number().min(0).max(604_800))
    .max(20)
    .default([5, 60, 300, 1800, 7200, 18_000, 36_000]),
  /** Webhooks of an account. */
  maxWebhooks: count.default(20),
  /** Deliveries of an account that wait; a fifth of them for one address. */
  maxPendingDeliveries: count.default(10_000),
  /** Seconds between two looks for what has expired. */
  sweepSeconds: seconds.default(1),
  /** Seconds that `close` lets running steps and requests finish. */
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
/** Anything else is left to the schema to refuse. */
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

/** A setting that is not what it should be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Puts the settings together.
 *
 * @throws `SettingsError` naming each setting that is wrong, and where it came from.
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

/** Whoever reaches a server on the loopback address can reach what else is there; one that is published is reached by others. */
function isOnlyLocal({ host, publicUrl }: { host: string; publicUrl?: string | undefined }): boolean {
  const hosts = publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname];
  return hosts.every((name) => name === 'localhost' || /^\[?::1\]?$/.test(name) || /^127(\.\d+){3}$/.test(name));
}

/** What people who use models elsewhere have set already; variables of our own go before. */
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
