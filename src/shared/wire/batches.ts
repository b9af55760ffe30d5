import * as z from 'zod';
import { batchLimits } from '../runs/batch-limits.js';
import type { BatchDetails, BatchItem, BatchPage, BatchStatus } from '../runs/batch-status.js';
import { chosenModules, count, id, moment, outputExtension, usage } from './field-types.js';

/** The requests and the responses of `/v1/batches`. */

const tags = z.array(z.record(z.string(), z.string()));
const key = z
  .string()
  .min(1)
  .max(batchLimits.key)
  .refine((text) => !text.includes('\0'), 'contains the character U+0000');

/** The defaults for the files of a batch. */
const metadata = {
  symbolicDirectoryPath: z.string().nullish(),
  fileTags: tags.nullish(),
  fileDescription: z.string().nullish(),
  /** In seconds; `null` for never. */
  expireTime: z.int().nullish(),
};

export const newBatchRequest = z.object({
  name: z.string().min(1).max(batchLimits.name).nullish(),
  pipeline: z.string(),
  chain: z.array(z.string()),
  modules: chosenModules.nullish(),
  ...metadata,
  keepInput: z.boolean().nullish(),
  webhook: z.object({ url: z.string(), secret: z.string(), events: z.array(z.string()).nullish() }).nullish(),
  /** The id of the run that processes the files as a part of its work. */
  parent: z.uuid().nullish(),
  /** The expected number of files, if known. */
  expected: z.int().min(0).max(batchLimits.expected).nullish(),
});

export type NewBatchRequest = z.output<typeof newBatchRequest>;

/** The description of a file in a request. The order is the same as the order of the contents. */
const fileItem = z.object({
  key,
  fileName: z.string().nullish(),
  ...metadata,
  /** Identifies the file within the account, as in `process`, instead of its key within the batch. */
  idempotencyKey: z.string().min(1).max(255).nullish(),
  /** The id of the file that this file replaces once it is ready. */
  replaces: z.uuid().nullish(),
  /** The symbolic directory that the client keeps equal to a folder. */
  syncRoot: z.string().nullish(),
  /** Why the client does not send the file. The file counts as failed, and has no content. */
  error: z.object({ code: z.string().max(100), message: z.string().max(10_000) }).nullish(),
});

export type FileItem = z.output<typeof fileItem>;

export const fileItems = z.array(fileItem).min(1);

export const closeBatchRequest = z.object({
  /** The number of files not sent because an earlier call had finished them. */
  skipped: z.int().min(0).max(batchLimits.expected).default(0),
});

const counts = z.object({
  total: count,
  queued: count,
  running: count,
  completed: count,
  failed: count,
  cancelled: count,
  skipped: count,
});

const batch = z.object({
  batchId: id,
  name: z.string(),
  pipeline: z.string(),
  chain: z.array(z.string()),
  state: z.enum(['running', 'completed', 'cancelled']),
  counts,
  filesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  createdAt: z.string(),
  closedAt: moment,
  finishedAt: moment,
});

export const batchResponse: z.ZodType<BatchStatus> = batch;

export const batchDetailsResponse: z.ZodType<BatchDetails> = batch.extend({
  usage: usage.exactOptional(),
  failures: z.array(
    z.object({
      fingerprint: z.string(),
      step: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      count,
      example: id.nullable(),
      file: z.string().nullable(),
    }),
  ),
});

export const batchesResponse: z.ZodType<BatchPage> = z.object({
  items: z.array(batch),
  nextCursor: z.string().nullable(),
});

export const filesResponse: z.ZodType<{ items: BatchItem[] }> = z.object({
  items: z.array(
    z.union([
      z.object({ key: z.string(), requestId: id, fileId: id, isRepeated: z.boolean() }),
      z.object({ key: z.string(), error: z.object({ code: z.string(), message: z.string() }) }),
    ]),
  ),
});

/** The end of a run in a batch. The client reads a run that did not complete separately. */
const end = z.object({
  requestId: id,
  fileId: id.nullable(),
  state: z.enum(['completed', 'failed', 'crashed', 'cancelled', 'gone']),
  warnings: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        module: z.string().nullable(),
        page: count.exactOptional(),
        part: z.string().exactOptional(),
      }),
    )
    .default([]),
  output: z
    .object({
      extension: outputExtension,
      bytes: count,
      /** In base64, like `content`, which is present only for small outputs. */
      sha256: z.string(),
      content: z.base64().exactOptional(),
    })
    .nullish(),
});

export type BatchEnd = z.output<typeof end>;

export const endsEvent = z.object({ items: z.array(end) });
