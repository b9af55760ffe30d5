import * as z from 'zod';
import type { FileOutputPage } from '../types/files/file-output.js';
import type { PipelineFile } from '../types/files/file-record.js';
import type { DataFormat } from '../modules/module.js';
import type { ModuleInfo } from '../types/server-info.js';
import type { CreatedWebhook, Webhook, WebhookDelivery } from '../types/webhook.js';
import type { SearchedFile } from '../types/search.js';
import type { WorkerRecord } from '../types/worker.js';
import { roles } from '../rules/roles.js';
import type { AuditAction, AuditEntry, AuditPage } from '../types/audit.js';
import type { ApiKeyInfo, CreatedApiKey } from '../types/api-key.js';
import type { SignInLink } from '../types/session.js';
import { webhookEventTypes } from '../rules/webhook.js';
import { count, id, nullableMilliseconds, nullableTime, warnings } from './field-types.js';

// re-exported so that a single dynamic import loads all schemas of `/v1` responses
export * from './batches.js';
export * from './lookups.js';
export * from './run-responses.js';
export * from './stats-responses.js';

/** Schemas for the `/v1` responses. The responses use the field names of the SDK's result types. */

const range = z.object({ min: count, max: count });
const formats = ['text', 'json', 'image', 'audio', 'npy', 'faiss', 'db'] as const satisfies readonly DataFormat[];
const format = z.enum(formats);

/** All limits are optional, because older servers omit limits that were added later. */
const limits = z
  .object({
    characters: z.enum(['any', 'ascii-lower-case']),
    pipelineNameLength: count,
    fileNameLength: count,
    pathLength: count,
    descriptionLength: count,
    tags: count,
    tagLength: count,
    listLength: count,
    expireTime: range,
    neverExpires: z.boolean(),
    k: count,
    maxFiles: count,
    queryLength: range,
    fileBytes: z.partialRecord(format, range),
    extensions: z.partialRecord(format, z.array(z.string())),
    textByContent: z.boolean(),
    textWords: count,
    textLines: count.nullable(),
    resumableBytes: count.nullable(),
    inlineBytes: count.nullable(),
    batchFiles: count.nullable(),
    batchBytes: count.nullable(),
    lookupFiles: count.nullable(),
  })
  .partial();

export type PartialLimits = z.output<typeof limits>;

export const infoResponse = z.object({ name: z.literal('millrace'), version: z.string(), limits });

const date = z.iso.datetime().transform((text) => new Date(text));

export const fileResponse: z.ZodType<PipelineFile> = z.object({
  fileId: id,
  requestId: z.string(),
  pipeline: z.string(),
  state: z.enum(['processing', 'ready', 'failed']),
  fileName: z.string(),
  symbolicDirectoryPath: z.string(),
  symbolicFilePath: z.string(),
  fileTags: z.array(z.record(z.string(), z.string())),
  fileDescription: z.string(),
  createdAt: date,
  lastUpdated: date,
  expiresAt: date.nullable(),
  // older servers do not send this field
  inputSha256: z
    .string()
    .nullish()
    .transform((hash) => hash ?? null),
  modules: z.record(z.string(), z.json()),
  modulesData: z.record(z.string(), z.json()),
});

export const fileOutputResponse: z.ZodType<FileOutputPage> = z.object({
  extension: z.string(),
  bytes: count,
  sha256: z.string(),
  kind: z.enum([
    'text',
    'snippets',
    'sentiment',
    'ocr',
    'transcript',
    'fields',
    'labels',
    'captions',
    'json',
    'keywords',
    'vectors',
    'binary',
  ]),
  items: z.array(z.json()),
  total: count,
  nextOffset: count.nullable(),
});

export const deletedFilesResponse = z.object({ deleted: count, more: z.boolean() });

export const keywordPageResponse = z.object({
  items: z.array(
    z.object({
      file: z
        .object({
          fileId: id,
          fileName: z.string(),
          symbolicDirectoryPath: z.string(),
          symbolicFilePath: z.string(),
          fileTags: z.array(z.record(z.string(), z.string())),
          createdAt: date,
          lastUpdated: date,
          numLines: count,
        })
        .transform((file): SearchedFile => ({ ...file, numVectors: null, model: null })),
      hits: z.array(z.object({ keyword: z.string(), lineNumber: count, keywordNumber: count })),
    }),
  ),
  warnings,
  nextCursor: z.string().nullable(),
});

const worker: z.ZodType<WorkerRecord> = z.object({
  id,
  name: z.string(),
  version: z.string(),
  pipelines: z.array(
    z.object({
      name: z.string(),
      steps: z.array(z.object({ name: z.string(), version: z.string().nullable() })),
    }),
  ),
  status: z.enum(['online', 'offline']),
  registeredAt: z.string(),
  seenAt: z.string(),
  runs: z.object({ open: count, completed: count, failed: count, cancelled: count, crashed: count }),
  meanDurationMs: nullableMilliseconds,
});

export const workerResponse = worker;

export const workersResponse = z.object({ items: z.array(worker) });

const param = z.object({
  type: z.enum(['int', 'number', 'bool', 'string', 'json']),
  default: z.union([z.number(), z.boolean(), z.string()]).exactOptional(),
  required: z.boolean().exactOptional(),
  values: z.array(z.string()).exactOptional(),
});

const moduleInfo = z.object({
  name: z.string(),
  input: format,
  alsoTakes: z.array(format).exactOptional(),
  output: format,
  isLast: z.literal(true).exactOptional(),
  inputKey: z.string().nullable(),
  outputKey: z.string().nullable(),
  defaultModel: z.string(),
  models: z.array(
    z.object({
      name: z.string(),
      params: z.record(z.string(), param),
      available: z.boolean(),
      route: z.enum(['builtin', 'endpoint', 'transformers', 'package']).exactOptional(),
      reason: z.string().exactOptional(),
    }),
  ),
  conversion: z.object({ service: z.string(), kinds: z.array(z.string()) }).exactOptional(),
}) satisfies z.ZodType<ModuleInfo>;

export const modulesResponse = z.object({ items: z.array(moduleInfo) });

const webhookEvent = z.enum(webhookEventTypes);

const delivery = z.object({
  id: z.string(),
  webhookId: z.string().nullable(),
  type: webhookEvent,
  requestId: z.string().nullable(),
  batchId: z.string().nullable(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: count,
  status: count.nullable(),
  error: z.string().nullable(),
  createdAt: z.string(),
  nextAttemptAt: nullableTime,
  endedAt: nullableTime,
}) satisfies z.ZodType<WebhookDelivery>;

export const deliveryResponse = delivery;
export const deliveriesResponse = z.object({ items: z.array(delivery) });

const webhook = z.object({
  id,
  url: z.string(),
  events: z.array(webhookEvent),
  createdAt: z.string(),
  pending: count,
  dropped: count,
  deliveries: z.array(delivery),
}) satisfies z.ZodType<Webhook>;

export const webhooksResponse = z.object({ items: z.array(webhook) });

export const createdWebhookResponse = webhook.extend({ secret: z.string() }) satisfies z.ZodType<CreatedWebhook>;

const apiKey = z.object({
  id,
  name: z.string(),
  role: z.enum(roles),
  pipelines: z.array(z.string()).nullable(),
  createdAt: z.string(),
  expiresAt: nullableTime,
}) satisfies z.ZodType<ApiKeyInfo>;

export const keysResponse = z.object({ items: z.array(apiKey) });

const auditEntry: z.ZodType<AuditEntry> = z.object({
  id,
  at: z.string(),
  // a newer server can send actions that are unknown to this version of the SDK
  action: z.string() as unknown as z.ZodType<AuditAction>,
  target: id,
  name: z.string(),
  pipeline: z.string().nullable(),
  details: z.record(z.string(), z.json()).nullable(),
  key: z.object({ id, name: z.string() }).nullable(),
  address: z.string().nullable(),
});

export const auditResponse: z.ZodType<AuditPage> = z.object({
  items: z.array(auditEntry),
  nextCursor: z.string().nullable(),
});

export const createdKeyResponse = apiKey.extend({ key: z.string() }) satisfies z.ZodType<CreatedApiKey>;

export const signInLinkResponse = z.object({ url: z.string(), expiresAt: z.string() }) satisfies z.ZodType<SignInLink>;
