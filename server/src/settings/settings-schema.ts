import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { publicHub } from '../module-contract/model-settings.js';
import { conversionSchema } from './conversion.js';
import { endpointSchema, webUrlSchema } from './endpoint-settings.js';

const port = z.int().min(0).max(65_535);
const count = z.int().min(1);
const seconds = z.number().positive();
const bytes = z.int().positive();

/** All server settings. Options take precedence over the environment, which takes precedence over these defaults. */
export const settingsSchema = z.strictObject({
  /** The directory for the embedded database, stored files and `credentials.json`. @default `.millrace` in the home directory */
  dataDir: z.string().min(1),
  /** The address to listen on. */
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
  /** If true, the server runs steps in child processes. If false, it runs no steps. */
  worker: z.boolean().default(true),
  /** Maximum number of steps that this server runs concurrently. */
  concurrency: count.default(availableParallelism()),
  /** The modules whose steps this server runs. @default all modules */
  modules: z.array(z.string()).optional(),
  /** The file with custom modules. @default `millrace.config.ts` (or .mts, .js, .mjs) in the data directory, if it exists */
  config: z.string().min(1).optional(),
  /** Timeout for each of a module's attempts to process a file, in seconds. */
  moduleSeconds: seconds.default(600),
  /** The port for Node's inspector in module processes, on 127.0.0.1. If set, modules run one at a time without a timeout. */
  inspectModules: port.min(1).optional(),
  /** The memory limit for each child process, in bytes. */
  moduleMemory: bytes.default(1024 ** 3),
  /** The directory that contains the models, each in a subdirectory named after its repository. @default `models` in the data directory */
  modelDir: z.string().min(1).optional(),
  /** If true, models that are not in the model directory are downloaded on first use. */
  allowDownloads: z.boolean().default(false),
  /** If true, models are never downloaded, not even by `millrace models pull`. */
  offline: z.boolean().default(false),
  /** The URL of the hub that models are downloaded from. */
  modelHub: webUrlSchema.default(publicHub),
  /** The hub's access token, for models that are not public. */
  modelHubToken: z.string().min(1).optional(),
  /** Maximum time without data before a download fails, in seconds. */
  downloadIdleSeconds: seconds.max(3600).default(30),
  /** OpenAI-compatible servers, by module. */
  endpoints: z.record(z.string().min(1), endpointSchema).default({}),
  /** Maximum size of the cache for endpoint responses, in bytes. If 0, responses are not cached. */
  responseCacheBytes: z
    .int()
    .min(0)
    .default(256 * 1024 ** 2),
  /** A docling-serve or Apache Tika server that converts documents. @default the built-in readers */
  conversion: conversionSchema.optional(),
  /** Maximum size of a module's text input, in bytes. */
  maxTextBytes: bytes.default(64 * 1024 ** 2),
  /** Maximum number of items, such as snippets, rows or vectors, in one output. */
  maxItems: count.default(1_000_000),
  /** Maximum size of a module's output, in bytes. */
  maxOutputBytes: bytes.default(1024 ** 3),
  /** Maximum size of a document, such as a PDF or DOCX file, and of its expanded content, in bytes. */
  maxExpandedBytes: bytes.default(100 * 1024 ** 2),
  /** Maximum number of pixels in an image, according to its header. */
  maxPixels: count.default(25_000_000),
  /** Maximum length of a recording, in seconds. */
  maxAudioSeconds: seconds.default(3600),
  /** Maximum size of an uploaded file, in bytes. */
  maxFileBytes: bytes.default(5 * 1024 ** 3),
  /** Maximum size of a request body other than an upload, in bytes. */
  maxBodyBytes: bytes.default(8 * 1024 ** 2),
  /** Maximum time to receive a request body other than an upload, or the form fields before and after an uploaded file, in seconds. */
  bodySeconds: seconds.max(86_400).default(300),
  /** Maximum number of open connections, or half of the process's file descriptor limit if that is less. Further connections are closed. */
  maxConnections: count.default(10_000),
  /**
   * The free disk space to reserve for the database, in bytes. If less is free, uploads are refused and steps wait.
   *
   * @default 256 MiB, or a tenth of the disk if that is less
   */
  reservedDiskBytes: z.int().min(0).optional(),
  /** Maximum number of unfinished runs per account. */
  maxOpenRuns: count.default(100_000),
  /** How long an unused reservation is valid, in seconds. */
  reservationSeconds: seconds.default(60),
  /** Maximum total size of an account's unfinished resumable uploads, as announced by clients, in bytes. A single upload can be larger. */
  maxUnfinishedBytes: bytes.default(50 * 1024 ** 3),
  /** Minimum size of the files that the SDK uploads as resumable uploads, in bytes. */
  resumableBytes: count.default(64 * 1024 ** 2),
  /** Maximum size of a file inlined in a request or response, in bytes. If 0, files cannot be inlined. */
  inlineBytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  /** Whether to keep a file's input and the outputs of all its modules until the file expires. A call can override this setting. */
  keepInput: z.boolean().default(false),
  /** How long an interrupted upload can be resumed, in seconds. */
  resumeSeconds: seconds.default(3600),
  /** How long a presigned upload or download URL is valid, in seconds. */
  presignSeconds: seconds.default(3600),
  /** Maximum time without a heartbeat before a worker is considered offline, in seconds. */
  workerOfflineSeconds: seconds.default(30),
  /**
   * Maximum time without a heartbeat before a program's runs are marked as crashed, in seconds. Programs send a heartbeat every 20 s. Runs
   * that workers claim have leases instead.
   */
  workerCrashSeconds: seconds.default(75),
  /**
   * Maximum number of workers per account. A worker without runs is deleted if it has sent no heartbeat for `runRetentionDays`, unless
   * that setting is 0.
   */
  maxWorkers: count.default(10_000),
  /** How long reported runs are kept after they end, in days. Also the maximum age of audit log entries. If 0, there is no limit. */
  runRetentionDays: z.number().min(0).default(30),
  /** Maximum number of open event streams per account on this server. */
  maxEventStreams: count.default(1000),
  /** How long a client can stop reading its event stream before the server closes the stream, in seconds. */
  stalledStreamSeconds: seconds.default(30),
  /** Maximum number of log lines per run. Later lines are dropped. */
  maxLogLines: z.int().min(2).max(10_000_000).default(100_000),
  /** If true, webhooks can use private addresses. @default `true` if `host` and, if set, the host of `publicUrl` are loopback hosts */
  webhookPrivateAddresses: z.boolean().optional(),
  /** Timeout for each webhook delivery attempt, in seconds. */
  webhookSeconds: seconds.max(120).default(15),
  /** Delay before each retry of a webhook delivery, in seconds. A delivery fails if an attempt fails and no retry is left. */
  webhookRetrySeconds: z
    .array(z.number().min(0).max(604_800))
    .max(20)
    .default([5, 60, 300, 1800, 7200, 18_000, 36_000]),
  /** Maximum number of webhook registrations per account. */
  maxWebhooks: count.default(20),
  /** Maximum number of API keys per account, including expired keys. */
  maxKeys: count.default(1000),
  /** How long a browser stays signed in to the dashboard, in seconds. */
  sessionSeconds: seconds.max(34_560_000).default(604_800),
  /** Maximum number of pending webhook deliveries per account. At most a fifth of them can be for the same target. */
  maxPendingDeliveries: count.default(10_000),
  /** Interval between sweeps for expired files and runs, and between checks for due webhook deliveries, in seconds. */
  sweepSeconds: seconds.default(1),
  /** Maximum time that `close` waits for requests in progress, and again for running steps, in seconds. */
  graceSeconds: z.number().min(0).default(10),
  /** Minimum level of the messages to log. */
  logLevel: z.enum(['off', 'error', 'warn', 'info', 'debug']).default('warn'),
});
