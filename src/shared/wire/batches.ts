import * as z from 'zod';
import { batchLimits } from '../runs/batch-limits.js';
import type { BatchDetails, BatchItem, BatchPage, BatchStatus } from '../runs/batch-status.js';
import { chosenModules, count, id, nullableTime, outputExtension, usage } from './field-types.js';

/** Schemas for the requests and responses of `/v1/batches`. */

const tags = z.array(z.record(z.string(), z.string()));
const key = z
  .string()
  .min(1)
  .max(batchLimits.keyLength)
  .refine((text) => !text.includes('\0'), 'contains the character U+0000');

/** The metadata of a file, or the defaults for the files of a batch. */
const fileMetadata = {
  symbolicDirectoryPath: z.string().nullish(),
  fileTags: tags.nullish(),
  fileDescription: z.string().nullish(),
  /** The time to live, in seconds; `null` for no expiry. */
  expireTime: z.int().nullish(),
};

export const newBatchRequest = z.object({
  name: z.string().min(1).max(batchLimits.nameLength).nullish(),
  pipeline: z.string(),
  chain: z.array(z.string()),
  modules: chosenModules.nullish(),
  ...fileMetadata,
  keepInput: z.boolean().nullish(),
  webhook: z.object({ url: z.string(), secret: z.string(), events: z.array(z.string()).nullish() }).nullish(),
  /** The id of the run that the batch is part of. */
  parent: z.uuid().nullish(),
  /** The expected number of files, if the client knows it. */
  expected: z.int().min(0).max(batchLimits.reportedFiles).nullish(),
});

export type NewBatchRequest = z.output<typeof newBatchRequest>;

/** Describes a file in a request. For each item without an `error`, the request contains the file's content, in the order of the items. */
const fileItem = z.object({
  key,
  fileName: z.string().nullish(),
  ...fileMetadata,
  /**
   * Identifies the file within the account, like the `idempotencyKey` option of `process`. Without this field, `key` identifies the file
   * within the batch.
   */
  idempotencyKey: z.string().min(1).max(255).nullish(),
  /** The id of the file to replace as soon as this file is ready. */
  replaces: z.uuid().nullish(),
  /** The symbolic directory that the client syncs with a folder. */
  syncRoot: z.string().nullish(),
  /** Why the client does not send the file's content. If set, the server records the file as failed. */
  error: z.object({ code: z.string().max(100), message: z.string().max(10_000) }).nullish(),
});

export type FileItem = z.output<typeof fileItem>;

export const fileItems = z.array(fileItem).min(1);

export const closeBatchRequest = z.object({
  /** The number of files that the client did not send, for example because an earlier call had processed them. */
  skipped: z.int().min(0).max(batchLimits.reportedFiles).default(0),
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
  closedAt: nullableTime,
  finishedAt: nullableTime,
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

/**
 * The outcome of a run in a batch; `gone` if the run was deleted. Does not contain the error of a run that did not complete: the client
 * requests the run's status instead.
 */
const runEnd = z.object({
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
      /** In base64. */
      sha256: z.string(),
      /** In base64; only for small outputs. */
      content: z.base64().exactOptional(),
    })
    .nullish(),
});

export type BatchRunEnd = z.output<typeof runEnd>;

export const runEndsEvent = z.object({ items: z.array(runEnd) });
