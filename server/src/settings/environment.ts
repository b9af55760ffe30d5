import type * as z from 'zod';
import type { settingsSchema } from './settings-schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const parseNumber = (text: string) => Number(text);
/** Parses a boolean. Returns any other text unchanged, so that the schema rejects it. */
const parseBoolean = (text: string) => ({ true: true, 1: true, false: false, 0: false })[text.toLowerCase()] ?? text;
const parseList = (text: string) => text.split(',').map((part) => part.trim());

/** The environment variable for each setting that has one, and the parser for the variable's value. */
const variableBySetting: {
  readonly [K in keyof z.output<typeof settingsSchema>]?: readonly [name: string, parse: (text: string) => unknown];
} = {
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
  responseCacheBytes: ['MILLRACE_RESPONSE_CACHE_BYTES', parseNumber],
  maxTextBytes: ['MILLRACE_MAX_TEXT_BYTES', parseNumber],
  maxItems: ['MILLRACE_MAX_ITEMS', parseNumber],
  maxOutputBytes: ['MILLRACE_MAX_OUTPUT_BYTES', parseNumber],
  maxExpandedBytes: ['MILLRACE_MAX_EXPANDED_BYTES', parseNumber],
  maxPixels: ['MILLRACE_MAX_PIXELS', parseNumber],
  maxAudioSeconds: ['MILLRACE_MAX_AUDIO_SECONDS', parseNumber],
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

/** Reads settings from environment variables, without validation. Millrace's variables take precedence over Hugging Face's. */
export function readEnvironment(env: Environment): Record<string, unknown> {
  const fromVariables = Object.entries(variableBySetting).flatMap(([key, [name, parse]]) => {
    const text = env[name];
    return text === undefined || text === '' ? [] : [[key, parse(text)] as const];
  });
  return { ...readHuggingFaceVariables(env), ...Object.fromEntries(fromVariables) };
}

/** Returns the name of a setting's environment variable, or `undefined` if the setting has no variable or the variable is not set. */
export function findVariable(setting: string, env: Environment): string | undefined {
  const name = variableBySetting[setting as keyof typeof variableBySetting]?.[0];
  return name !== undefined && env[name] ? name : undefined;
}

/** Reads settings from the environment variables of Hugging Face tools. */
function readHuggingFaceVariables(env: Environment): Record<string, unknown> {
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
