import * as z from 'zod';
import type { FileEntry, FileEntryPage, FoundFile } from '../types/files/file-lookup.js';
import { chosenModules, count, id, nullableTime, outputExtension } from './field-types.js';

/** Schemas for the requests and responses that look up files by symbolic path, and for the responses that list files. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lowercase hexadecimal');

export const lookupRequest = z.object({
  pipeline: z.string(),
  chain: z.array(z.string()).min(1),
  modules: chosenModules.nullish(),
  files: z.array(z.object({ path: z.string().max(5000).startsWith('/'), sha256: sha256.nullish() })).min(1),
});

const foundFile: z.ZodType<FoundFile> = z.object({
  fileId: id,
  requestId: id,
  state: z.enum(['uploading', 'processing', 'ready']),
  inputSha256: z.string().nullable(),
  isSame: z.boolean(),
  syncRoot: z.string().nullable(),
  expiresAt: nullableTime,
  output: z.object({ fileId: id, extension: outputExtension, bytes: count, sha256 }).nullable(),
});

export const lookupResponse = z.object({ items: z.array(foundFile.nullable()) });

const fileEntry: z.ZodType<FileEntry> = z.object({
  fileId: id,
  symbolicFilePath: z.string(),
  inputSha256: z.string().nullable(),
  syncRoot: z.string().nullable(),
  expiresAt: nullableTime,
});

export const entriesResponse: z.ZodType<FileEntryPage> = z.object({
  items: z.array(fileEntry),
  nextCursor: z.string().nullable(),
});
