import type { Connection } from '../http/connection.js';
import { callV1, deleteV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { checkNameConflict, createMetadataRules, toServerMetadata } from '../options/metadata.js';
import {
  anyValue,
  integerAtLeast,
  nonEmptyText,
  toBe,
  type OptionRule,
  type OptionRules,
} from '../options/option-rules.js';
import { checkIdAndOptions, pickRequestOptions, requestRules } from '../options/request-options.js';
import { checkDirectoryPath } from '../shared/rules/files/directory-path.js';
import { isObject } from '../shared/rules/format-value.js';
import { looseLimits } from '../shared/rules/limits.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type {
  FileEntryPage,
  FileListOptions,
  FileLookup,
  FoundFile,
  LookupOptions,
} from '../shared/types/files/file-lookup.js';
import type { FileOutputPage } from '../shared/types/files/file-output.js';
import type { FetchedInput, FetchInputOptions } from '../shared/types/process.js';
import type { FileChanges, PipelineFile } from '../shared/types/files/file-record.js';

/** Options for reading a page of a file's output. */
export interface FileOutputOptions extends RequestOptions {
  /** The index of the first item to return. @default 0 */
  offset?: number | undefined;
  /** Maximum number of items per page, at most 1000. @default 100 */
  limit?: number | undefined;
  /** Only items that contain this text. Case is ignored. */
  search?: string | undefined;
}

/** Options for deleting a file. */
export interface FileDeleteOptions extends RequestOptions {
  /** If set, deletes the file only if it is still at this symbolic path. @default none */
  symbolicFilePath?: string | undefined;
}

const outputRules: OptionRules<'offset' | 'limit' | 'search'> = {
  offset: integerAtLeast(0),
  limit: integerAtLeast(1),
  search: nonEmptyText('a non-empty string'),
};

const pipelineNameRule: OptionRule = { ...nonEmptyText("a pipeline's name"), isRequired: true };

const listRules: OptionRules<'pipeline' | 'directory' | 'limit' | 'cursor'> = {
  pipeline: pipelineNameRule,
  directory: (value) => checkDirectoryPath(value, looseLimits),
  limit: integerAtLeast(1),
  cursor: nonEmptyText('the nextCursor of a page'),
};

const deleteRules: OptionRules<'symbolicFilePath'> = {
  symbolicFilePath: toBe("a symbolic path that starts with '/'", (value) => String(value).startsWith('/')),
};

const filesRules: OptionRules<'files'> = {
  files: {
    ...toBe("an array of objects such as { symbolicFilePath: '/a.txt' }", (files) => {
      return Array.isArray(files) && files.every(isObject);
    }),
    isRequired: true,
  },
};

const lookupRules: OptionRules<'pipeline' | 'chain' | 'modules'> = {
  pipeline: pipelineNameRule,
  chain: { ...toBe('a list of module names', Array.isArray), isRequired: true },
  modules: anyValue,
};

function toQuery(values: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

type FetchInput = (fileId: string, options: FetchInputOptions) => Promise<FetchedInput>;

/** The files of all pipelines in the account. Requires a Millrace server; the hosted protocol exposes files only by pipeline. */
export class Files {
  readonly #connection: Connection;
  readonly #fetchInput: FetchInput;

  /** @internal */
  constructor(connection: Connection, fetchInput: FetchInput) {
    this.#connection = connection;
    this.#fetchInput = fetchInput;
  }

  /** Returns a file's record. @throws `NotFoundError` if there is no such file. */
  async get(fileId: string, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdAndOptions(fileId, 'fileId', options, 'files.get()');
    const call = { action: `read file ${id}`, method: 'GET', path: `/v1/files/${id}` } as const;
    return callV1(this.#connection, call, options, (v1) => v1.fileResponse);
  }

  /**
   * Returns one page of a pipeline's finished files in a symbolic directory and its subdirectories, newest first.
   *
   * @throws `ValidationError` if an option is invalid.
   * @example
   * ```ts
   * const { items, nextCursor } = await client.files.list({ pipeline: 'contracts', directory: '/2026' });
   * ```
   */
  async list(options: FileListOptions): Promise<FileEntryPage> {
    const issues = new Issues();
    const { pipeline, directory, limit, cursor } = issues.check(
      options,
      { ...listRules, ...requestRules },
      'files.list()',
    );
    issues.throwIfAny();
    const query = toQuery({ pipeline, directory, limit, cursor });
    const call = { action: `list files in pipeline '${pipeline}'`, method: 'GET', path: `/v1/files?${query}` } as const;
    return callV1(this.#connection, call, pickRequestOptions(options), (v1) => v1.entriesResponse);
  }

  /**
   * Looks up files by symbolic path, and compares the files' content, chain, models and parameters with the given values. The server limits
   * the number of paths per call; `client.serverInfo()` returns the maximum as `limits.lookupFiles`.
   *
   * @returns The newest file at each path, in the order of `files`; `null` for a path without a file.
   * @throws `ValidationError` if an option is invalid; `ApiError` if the chain is invalid or there are too many paths.
   * @example
   * ```ts
   * const [lease] = await client.files.lookup([{ symbolicFilePath: '/2026/lease.pdf' }], { pipeline: 'contracts', chain: ['parser'] });
   * console.log(lease?.inputSha256);
   * ```
   */
  async lookup(files: readonly FileLookup[], options: LookupOptions): Promise<(FoundFile | null)[]> {
    const issues = new Issues();
    issues.checkValues({ files }, filesRules);
    const { pipeline, chain, modules } = issues.check(options, { ...lookupRules, ...requestRules }, 'files.lookup()');
    issues.throwIfAny();
    const json = {
      pipeline,
      chain,
      modules,
      files: files.map(({ symbolicFilePath: path, sha256 }) => ({ path, sha256 })),
    };
    const call = {
      action: `look up ${files.length} files in pipeline '${pipeline}'`,
      path: '/v1/files/lookup',
      json,
    } as const;
    return (await callV1(this.#connection, call, pickRequestOptions(options), (v1) => v1.lookupResponse)).items;
  }

  /**
   * Returns one page of a finished file's output. `kind`, such as `text`, `snippets` or `keywords`, determines the type of the items. To
   * save the whole output, use the pipeline's `fetchOutput`.
   *
   * @throws `ValidationError` if an argument is invalid; `NotFoundError` if there is no such file; `ApiError` if the file is not finished,
   * or the output's items exceed 32 MiB.
   * @example
   * ```ts
   * const { kind, items, total } = await client.files.output('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { search: 'notice', limit: 10 });
   * console.log(`${total} items of kind ${kind} match`, items);
   * ```
   */
  async output(fileId: string, options: FileOutputOptions = {}): Promise<FileOutputPage> {
    const { offset, limit, search, ...requestOptions } = options;
    const id = checkIdAndOptions(fileId, 'fileId', requestOptions, 'files.output()');
    const issues = new Issues();
    issues.check(options, { ...outputRules, ...requestRules }, 'files.output()');
    issues.throwIfAny();
    const query = toQuery({ offset, limit, q: search });
    const call = {
      action: `read the output of file ${id}`,
      method: 'GET',
      path: `/v1/files/${id}/output?${query}`,
    } as const;
    return callV1(this.#connection, call, pickRequestOptions(options), (v1) => v1.fileOutputResponse);
  }

  /**
   * Downloads a file's input, which the server stores only if `keepInput` was set. Saves it as `<file id>.input<extension>` in
   * `localSaveDirectory`, or returns its content if `localSaveDirectory` is `false`.
   *
   * @throws `ValidationError` if an argument is invalid; `NotFoundError` if the file does not exist or its input is not stored; `SaveError`
   * if the input cannot be saved.
   * @example
   * ```ts
   * const { path } = await client.files.input('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { localSaveDirectory: './inputs' });
   * ```
   */
  async input(fileId: string, options: FetchInputOptions = {}): Promise<FetchedInput> {
    const id = checkIdAndOptions(fileId, 'fileId', {}, 'files.input()');
    return this.#fetchInput(id, options);
  }

  /**
   * Changes a finished file's name, directory, tags, description or expiry, and returns its record.
   *
   * @throws `ValidationError` if an argument is invalid; `NotFoundError` if there is no such file; `ApiError` if the file is not finished,
   * its extension would change, or another file has the new path.
   * @example
   * ```ts
   * await client.files.update('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { expireTime: 30 * 86_400 });
   * ```
   */
  async update(fileId: string, changes: FileChanges, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdAndOptions(fileId, 'fileId', options, 'files.update()');
    const issues = new Issues();
    const fields = issues.check(changes, createMetadataRules(looseLimits), 'files.update()');
    checkNameConflict(fields, issues);
    issues.throwIfAny();
    const { fileName, directory, tags, description, expireTime } = toServerMetadata(fields, looseLimits);
    const json = {
      fileName,
      symbolicDirectoryPath: directory,
      fileTags: tags,
      fileDescription: description,
      expireTime,
    };
    const call = { action: `update file ${id}`, method: 'PATCH', path: `/v1/files/${id}`, json } as const;
    return callV1(this.#connection, call, options, (v1) => v1.fileResponse);
  }

  /**
   * Deletes a file, its output and its runs.
   *
   * @throws `ValidationError` if an argument is invalid; `NotFoundError` if there is no such file; `ApiError` if the file is still being
   * processed, or is not at `symbolicFilePath`.
   * @example
   * ```ts
   * await client.files.delete('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { symbolicFilePath: '/2026/lease.pdf' });
   * ```
   */
  async delete(fileId: string, options: FileDeleteOptions = {}): Promise<void> {
    const { symbolicFilePath, ...requestOptions } = options;
    const id = checkIdAndOptions(fileId, 'fileId', requestOptions, 'files.delete()');
    const issues = new Issues();
    issues.check(options, { ...deleteRules, ...requestRules }, 'files.delete()');
    issues.throwIfAny();
    const query = symbolicFilePath === undefined ? '' : `?${toQuery({ symbolicFilePath })}`;
    await deleteV1(this.#connection, { action: `delete file ${id}`, path: `/v1/files/${id}${query}` }, requestOptions);
  }
}
