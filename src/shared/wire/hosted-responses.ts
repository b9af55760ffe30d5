import * as z from 'zod';
import { joinFilePath } from '../rules/files/file-path.js';
import type { FileRecord } from '../types/files/file-record.js';
import type { KeywordHit, SearchedFile, SemanticHit } from '../types/search.js';
import { id, outputExtension, tags, timestamp, warnings } from './field-types.js';

/** Schemas for the hosted protocol's responses. They convert field names to camel case, but not the keys of tags and module data. */

export const processResponse = z
  .object({
    request_id: z.string(),
    file_id: id,
    // a Millrace server returns `null` if the request contained the file's content, so that no upload is needed
    presigned_post_url_results: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }).nullable(),
    warnings,
  })
  .transform((body) => ({
    requestId: body.request_id,
    fileId: body.file_id,
    form: body.presigned_post_url_results,
    warnings: body.warnings,
  }));

export const processStatusResponse = z
  .object({
    request_id: z.string(),
    file_id: id.nullish(),
    process_status: z.record(z.string(), z.boolean()).nullish(),
    failure_status: z.record(z.string(), z.json()).nullish(),
  })
  .transform((body) => ({
    fileId: body.file_id ?? null,
    // older servers append a dot and a suffix to each key
    doneEntries: Object.entries(body.process_status ?? {}).map(
      ([key, done]) => [key.split('.', 1)[0] ?? key, done] as const,
    ),
    failure: body.failure_status
      ? {
          module: nonEmptyString(body.failure_status['failure_module']),
          message: nonEmptyString(body.failure_status['message']),
        }
      : undefined,
  }));

export const fetchOutputResponse = z
  .object({
    request_id: z.string(),
    process_output: z.array(z.object({ url: z.string(), extension: outputExtension })).nullish(),
    message: z.string().nullish(),
    warnings,
  })
  .transform((body) => ({
    requestId: body.request_id,
    outputs: body.process_output ?? undefined,
    warnings: body.warnings,
  }));

export const updateResponse = z
  .object({ request_id: z.string().nullish(), warnings })
  .transform((body) => ({ requestId: body.request_id ?? '', warnings: body.warnings }));

const fileItem = z
  .object({
    file_id: id,
    process_id: z.string().nullish(),
    file_name: z.string(),
    symbolic_directory_path: z.string(),
    file_tags: tags,
    file_description: z.string().nullish(),
    created_at: timestamp,
    last_updated: timestamp,
    expire_time: timestamp.nullish(),
    file_metadata: z
      .object({
        modules: z.record(z.string(), z.json()).nullish(),
        modules_data: z.record(z.string(), z.json()).nullish(),
      })
      .nullish(),
  })
  .transform((item): FileRecord => ({
    fileId: item.file_id,
    requestId: item.process_id ?? '',
    fileName: item.file_name,
    symbolicDirectoryPath: item.symbolic_directory_path,
    symbolicFilePath: joinFilePath(item.symbolic_directory_path, item.file_name),
    fileTags: item.file_tags,
    fileDescription: item.file_description ?? '',
    createdAt: item.created_at,
    lastUpdated: item.last_updated,
    expiresAt: item.expire_time ?? null,
    modules: item.file_metadata?.modules ?? {},
    modulesData: item.file_metadata?.modules_data ?? {},
  }));

export const listResponse = z
  .object({ request_id: z.string(), items: z.array(fileItem), warnings })
  .transform((body) => ({ requestId: body.request_id, items: body.items, warnings: body.warnings }));

export const showTreeResponse = z
  .object({ request_id: z.string(), items: z.array(z.string()).nullable(), warnings })
  .transform((body) => ({ requestId: body.request_id, paths: body.items, warnings: body.warnings }));

const keywordHit = z
  .object({ keyword: z.string(), line_number: z.int(), keyword_number: z.int() })
  .transform((hit): KeywordHit => ({
    keyword: hit.keyword,
    lineNumber: hit.line_number,
    keywordNumber: hit.keyword_number,
  }));

const semanticHit = z
  .object({ snippet: z.string(), line_numbers: z.array(z.int()).nullish(), distance: z.number() })
  .transform((hit): SemanticHit => ({
    snippet: hit.snippet,
    distance: hit.distance,
    lineNumbers: hit.line_numbers ?? [],
  }));

const searchResponse = <Hit>(hit: z.ZodType<Hit>) =>
  z
    .object({
      request_id: z.string(),
      items: z.array(z.object({ file_id: id, file_metadata: searchedFile, search_results: z.array(hit) })),
      warnings,
    })
    .transform((body) => ({
      requestId: body.request_id,
      items: body.items.map((item) => ({
        file: { fileId: item.file_id, ...item.file_metadata } satisfies SearchedFile,
        hits: item.search_results,
      })),
      warnings: body.warnings,
    }));

const searchedFile = z
  .object({
    file_name: z.string(),
    symbolic_directory_path: z.string(),
    file_tags: tags,
    num_lines: z.number().nullish(),
    num_vectors: z.number().nullish(),
    model: z.string().nullish(),
    created_at: timestamp,
    last_updated: timestamp,
  })
  .transform((file): Omit<SearchedFile, 'fileId'> => ({
    fileName: file.file_name,
    symbolicDirectoryPath: file.symbolic_directory_path,
    symbolicFilePath: joinFilePath(file.symbolic_directory_path, file.file_name),
    fileTags: file.file_tags,
    createdAt: file.created_at,
    lastUpdated: file.last_updated,
    numLines: file.num_lines ?? null,
    numVectors: file.num_vectors ?? null,
    model: file.model ?? null,
  }));

export const keywordSearchResponse = searchResponse(keywordHit);
export const semanticSearchResponse = searchResponse(semanticHit);

export type ProcessResponse = z.output<typeof processResponse>;
export type ProcessStatusResponse = z.output<typeof processStatusResponse>;

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
