import { extname } from 'node:path';
import type { Context, Hono } from 'hono';
import { checkExpireTime } from 'millrace/shared/rules/arguments.js';
import { checkDirectoryPath } from 'millrace/shared/rules/files/directory-path.js';
import { checkFileName } from 'millrace/shared/rules/files/file-name.js';
import { joinFilePath } from 'millrace/shared/rules/files/file-path.js';
import { formatBytes } from 'millrace/shared/rules/files/file-size.js';
import { checkDescription } from 'millrace/shared/rules/free-text.js';
import { checkTags } from 'millrace/shared/rules/tags.js';
import type { Issue } from 'millrace/shared/types/error-code.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import * as z from 'zod';
import { removeFinishedFiles, removeIdleFile } from '../../engine/hosted/remove-files.js';
import { updateFile } from '../../engine/hosted/update-file.js';
import type { ModuleCatalogue } from '../../module-contract/module-catalogue.js';
import { PictureError, TooManyConversionsError } from '../../outputs/picture-converter.js';
import { maxReadBytes, getOutputKind, readOutputItems } from '../../outputs/read-output.js';
import { allowsName } from '../../store/tables/access.js';
import { findFile, findKeptInputBlob, type FileOutput, type FileRow } from '../../store/tables/files/files.js';
import { getModuleChoices, getModuleFacts } from '../file-modules.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { ApiError, notFound } from '../api-error.js';
import { readJson } from '../read-body.js';
import { createBlobResponse, createOutputResponse, createPictureResponse } from '../transfer/download.js';
import { parseBody, parseId, parseQuery } from './parse-query.js';

const fileChangesRequest = z.strictObject({
  fileName: z.string().optional(),
  symbolicDirectoryPath: z.string().optional(),
  fileTags: z.array(z.record(z.string(), z.string())).optional(),
  fileDescription: z.string().optional(),
  /** When the file expires, in seconds from now, or `null` if it never expires. */
  expireTime: z.int().nullable().optional(),
});

const outputQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  q: z.string().min(1).max(500).optional(),
});

const pictureQuery = z.object({ page: z.coerce.number().int().min(1).default(1) });

const deleteQuery = z.object({ pipeline: z.string().min(1) });

const deleteFileQuery = z.object({ symbolicFilePath: z.string().max(5000).startsWith('/').optional() });

/**
 * `/v1/files`: returns, changes and deletes files, and serves their outputs, kept inputs and pictures of the inputs. Also deletes the
 * finished files of a pipeline, a limited number per request.
 */
export function addFileRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine } = http;

  app.delete('/v1/files', async (c) => {
    const { pipeline } = parseQuery(deleteQuery, c.req.query());
    const access = c.get('access');
    // a key that may not use the pipeline sees no files in it
    if (!allowsName(access, pipeline)) return c.json({ deleted: 0, more: false });
    const key = c.req.header('idempotency-key');
    if (key !== undefined && key.length > 255) {
      throw new ApiError(400, 'validation', `Expected an Idempotency-Key of at most 255 characters, got ${key.length}`);
    }
    return c.json(await removeFinishedFiles(engine, access.account, pipeline, key, c.req.raw.signal));
  });

  app.get('/v1/files/:id', async (c) => c.json(toRecord(await requireFile(c), engine.modules)));

  app.patch('/v1/files/:id', async (c) => {
    const file = await requireFile(c);
    const changes = parseBody(fileChangesRequest, await readJson(c, http.settings));
    assertValidChanges(changes, file, http.limits);
    if (file.state !== 'ready') throw stateConflict(file, 'changed');
    await updateFile(engine, c.get('access').account, file, {
      fileName: changes.fileName,
      directory: changes.symbolicDirectoryPath,
      tags: changes.fileTags,
      description: changes.fileDescription,
      expireSeconds: changes.expireTime,
    });
    return c.json(toRecord(await requireFile(c), engine.modules));
  });

  app.delete('/v1/files/:id', async (c) => {
    const { symbolicFilePath: expectedPath } = parseQuery(deleteFileQuery, c.req.query());
    const file = await requireFile(c);
    if (await removeIdleFile(engine, c.get('access').account, file, expectedPath)) return c.body(null, 204);
    // another request may have deleted the file in the meantime
    const current = await requireFile(c);
    if (current.state === 'processing' || expectedPath === undefined) throw stateConflict(current, 'deleted');
    const currentPath = joinFilePath(current.directory, current.file_name);
    throw new ApiError(
      409,
      'conflict',
      `File ${current.id} cannot be deleted: it is at ${currentPath}, no longer at ${expectedPath}`,
    );
  });

  app.get('/v1/files/:id/output', async (c) => {
    const page = parseQuery(outputQuery, c.req.query());
    const file = requireOutput(await requireFile(c));
    const result = await readOutputItems(engine, file, page);
    if ('blobBytes' in result) {
      const sizes = `${formatBytes(result.blobBytes)}, more than ${formatBytes(maxReadBytes)}`;
      throw new ApiError(
        413,
        'too_large',
        `The items of file ${file.id} are too large to return in pages (${sizes}). Download the output: /v1/files/${file.id}/output/content`,
      );
    }
    const nextOffset = page.offset + result.items.length;
    const response: FileOutputPage = {
      extension: file.output_extension,
      bytes: file.output_bytes,
      sha256: file.output_sha256,
      kind: getOutputKind(file),
      ...result,
      nextOffset: result.items.length > 0 && nextOffset < result.total ? nextOffset : null,
    };
    return c.json(response);
  });

  app.get('/v1/files/:id/output/content', async (c) => {
    const file = requireOutput(await requireFile(c));
    const name = file.file_name.replace(/\.[^.]*$/, '') + file.output_extension;
    return createOutputResponse(http, c, file.id, file, name);
  });

  app.get('/v1/files/:id/input', async (c) => {
    const { id, file_name: fileName } = await requireFile(c);
    const key = await findKeptInputBlob(engine.db, id);
    const response =
      key === undefined ? undefined : await createBlobResponse(http, c, { key, fileName, etag: `"${id}"` });
    if (response) return response;
    throw inputNotAvailable(id);
  });

  app.get('/v1/files/:id/input/picture', async (c) => {
    const { page } = parseQuery(pictureQuery, c.req.query());
    const { id, file_name: fileName } = await requireFile(c);
    const key = await findKeptInputBlob(engine.db, id);
    if (key === undefined || (await engine.blobs.getSize(key)) === undefined) throw inputNotAvailable(id);
    const { account } = c.get('access');
    return createPictureResponse(
      await http.pictures.convert(account, { key, fileName }, page, c.req.raw.signal).catch(throwApiError),
    );

    function throwApiError(error: unknown): never {
      if (error instanceof TooManyConversionsError) throw new ApiError(429, 'too_many_pictures', error.message);
      if (!(error instanceof PictureError)) throw error;
      throw new ApiError(409, 'conflict', `There is no picture of file ${id}: ${error.message}`);
    }
  });

  /** @throws `ApiError` 404 if the file does not exist, is not visible to the key or is still being uploaded. */
  async function requireFile(c: Context<RouteEnv, '/v1/files/:id'>): Promise<FileRow> {
    const id = parseId(c.req.param('id'), 'file');
    const file = await findFile(engine.db, c.get('access'), id, engine.clock.now());
    // a reservation is not a file until its upload is complete
    if (file && file.state !== 'reserved') return file;
    throw notFound(`There is no file ${id}: it never existed, was deleted or has expired`);
  }
}

function toRecord(file: FileRow, modules: ModuleCatalogue): object {
  return {
    fileId: file.id,
    requestId: file.run_id,
    pipeline: file.pipeline,
    state: file.state,
    fileName: file.file_name,
    symbolicDirectoryPath: file.directory,
    symbolicFilePath: joinFilePath(file.directory, file.file_name),
    fileTags: file.tags,
    fileDescription: file.description,
    createdAt: file.created_at.toISOString(),
    lastUpdated: file.updated_at.toISOString(),
    expiresAt: file.expires_at?.toISOString() ?? null,
    inputSha256: file.input_sha256,
    modules: getModuleChoices(file, modules),
    modulesData: getModuleFacts(file, modules),
  };
}

/** @throws `ApiError` 400 if no field is set, a value is invalid or the new name has a different extension. */
function assertValidChanges(changes: z.output<typeof fileChangesRequest>, file: FileRow, limits: Limits): void {
  const rules = {
    fileName: checkFileName,
    symbolicDirectoryPath: checkDirectoryPath,
    fileTags: checkTags,
    fileDescription: checkDescription,
    expireTime: checkExpireTime,
  } as Record<string, (value: unknown, limits: Limits) => string | readonly Issue[] | undefined>;
  const validationError = (field: string, message: string) => new ApiError(400, 'validation', `${field}: ${message}`);
  if (Object.keys(changes).length === 0) {
    throw new ApiError(400, 'validation', `Expected at least one of ${Object.keys(rules).join(', ')}, got none`);
  }
  for (const [field, value] of Object.entries(changes)) {
    const problem = rules[field]?.(value, limits);
    const message = typeof problem === 'object' ? problem[0]?.message : problem;
    if (message !== undefined) throw validationError(field, message);
  }
  const [oldExtension, newExtension] = [file.file_name, changes.fileName ?? file.file_name].map((name) =>
    extname(name).toLowerCase(),
  );
  if (oldExtension !== newExtension) {
    throw validationError(
      'fileName',
      `Expected the name to keep the extension '${oldExtension}', got '${newExtension}': the type of a file cannot be changed`,
    );
  }
}

type FileWithOutput = FileRow & FileOutput;

/** @throws `ApiError` 409 if the file has no output. */
function requireOutput(file: FileRow): FileWithOutput {
  if (file.state !== 'ready' || file.output_blob === null) throw stateConflict(file, 'read');
  return file as FileWithOutput;
}

function inputNotAvailable(id: string): ApiError {
  const reason = 'its run was started without `keepInput`, or the stored input is missing';
  return notFound(`The input of file ${id} is not available: ${reason}`);
}

/** Returns the error for an action that the file's state does not allow. @param action A past participle, such as `changed`. */
function stateConflict({ id, state }: FileRow, action: string): ApiError {
  const reason = state === 'failed' ? 'its run failed' : 'it is still being processed';
  return new ApiError(409, 'conflict', `File ${id} cannot be ${action}: ${reason}`);
}
