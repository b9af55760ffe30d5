import type { Connection } from '../http/connection.js';
import { v1Call, v1Delete } from '../http/v1-call.js';
import { Issues } from '../options/issues.js';
import { checkNameConflict, metadataTable, readMetadata } from '../options/metadata.js';
import { integerAtLeast, nonEmptyText, type OptionTable } from '../options/option-table.js';
import { checkIdCall, pickRequestOptions, requestTable } from '../options/request-options.js';
import { looseLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileOutputPage } from '../shared/types/file-output.js';
import type { FileChanges, PipelineFile } from '../shared/types/file-record.js';

/** Options for reading a file's output by items. */
export interface FileOutputOptions extends RequestOptions {
  /** The position of the first item. @default 0 */
  offset?: number | undefined;
  /** Maximum number of items, at most 1000. @default 100 */
  limit?: number | undefined;
  /** Only items that contain this text. Upper and lower case are the same. */
  search?: string | undefined;
}

const outputTable: OptionTable<'offset' | 'limit' | 'search'> = {
  offset: integerAtLeast(0),
  limit: integerAtLeast(1),
  search: nonEmptyText('a non-empty string'),
};

/**
 * All files in the account, from any pipeline. Requires a Millrace server; the hosted protocol exposes files only by pipeline.
 */
export class Files {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Returns a file's record. @throws `NotFoundError` */
  async get(fileId: string, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdCall(fileId, 'fileId', options, 'files.get()');
    const call = { what: `read file ${id}`, method: 'GET', path: `/v1/files/${id}` } as const;
    return v1Call(this.#connection, call, options, (v1) => v1.fileResponse);
  }

  /**
   * Returns a part of a finished file's output: lines, snippets, keywords or what else its `kind` says. To save the whole output, use
   * `fetchOutput` of its pipeline.
   *
   * @throws `ValidationError`, `NotFoundError`; `ApiError` if the file is not finished, or its output has more than 32 MB.
   * @example
   * ```ts
   * const { kind, items, total } = await client.files.output('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { search: 'notice', limit: 10 });
   * console.log(`${total} ${kind} with this word`, items);
   * ```
   */
  async output(fileId: string, options: FileOutputOptions = {}): Promise<FileOutputPage> {
    const { offset, limit, search, ...request } = options;
    const id = checkIdCall(fileId, 'fileId', request, 'files.output()');
    const issues = new Issues();
    issues.check(options, { ...outputTable, ...requestTable }, 'files.output()');
    issues.throwIfAny();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ offset, limit, q: search })) {
      if (value !== undefined) query.set(name, String(value));
    }
    const call = {
      what: `read the output of file ${id}`,
      method: 'GET',
      path: `/v1/files/${id}/output?${query.toString()}`,
    } as const;
    return v1Call(this.#connection, call, pickRequestOptions(options), (v1) => v1.fileOutputResponse);
  }

  /**
   * Changes a finished file's name, directory, tags, description or expiry, and returns its record.
   *
   * @throws `ValidationError`, `NotFoundError`; `ApiError` if the file is not finished, or another file has the new path.
   * @example
   * ```ts
   * await client.files.update('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { expireTime: 30 * 86_400 });
   * ```
   */
  async update(fileId: string, changes: FileChanges, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdCall(fileId, 'fileId', options, 'files.update()');
    const issues = new Issues();
    const fields = issues.check(changes, metadataTable(looseLimits), 'files.update()');
    checkNameConflict(fields, issues);
    issues.throwIfAny();
    const { fileName, directory, tags, description, expireTime } = readMetadata(fields, looseLimits);
    const json = {
      fileName,
      symbolicDirectoryPath: directory,
      fileTags: tags,
      fileDescription: description,
      expireTime,
    };
    const call = { what: `update file ${id}`, method: 'PATCH', path: `/v1/files/${id}`, json } as const;
    return v1Call(this.#connection, call, options, (v1) => v1.fileResponse);
  }

  /** Deletes a file with its output and its run. @throws `NotFoundError`; `ApiError` if the file is still being processed. */
  async delete(fileId: string, options: RequestOptions = {}): Promise<void> {
    const id = checkIdCall(fileId, 'fileId', options, 'files.delete()');
    await v1Delete(this.#connection, { what: `delete file ${id}`, path: `/v1/files/${id}` }, options);
  }
}
