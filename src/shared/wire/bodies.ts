import type { Json } from '../types/json.js';
import type { WebhookTarget } from '../types/webhook.js';
import type { ListRequest, ProcessRequest, UpdateRequest } from './requests.js';

/**
 * Functions that build the request bodies of the hosted protocol. A missing value is sent as `null` if the field belongs to the protocol,
 * and omitted if the field is a Millrace extension. Field names are converted to snake case, but tag and parameter names are not.
 */

/** The version that the original client sends in most requests. */
const clientVersion = '1.1.19';

type Tags = readonly Readonly<Record<string, string>>[];

interface NewFile {
  readonly fileName: string;
  readonly directory: string;
  readonly tags: Tags;
  readonly description: string;
  /** The time to live, in seconds; `null` if the file never expires. */
  readonly expireTime: number | null;
}

interface ChosenModule {
  /** The hosted service requires a model. @default the server's default */
  readonly model?: string;
  readonly params: Readonly<Record<string, Json>>;
}

export interface NewRun extends NewFile {
  readonly pipeline: string;
  readonly chain: readonly string[];
  readonly outputKeys: readonly (string | null)[];
  /** The model and parameters for some or all modules, by position (`module_1`, …). */
  readonly selections: Readonly<Record<string, ChosenModule>>;
  readonly webhook?: WebhookTarget | undefined;
  /** The file's content, if the server accepts it in the request. */
  readonly content?: Buffer | undefined;
  /** @default the server's default */
  readonly keepInput?: boolean | undefined;
  /** The id of the run that this run is part of. */
  readonly parent?: string | undefined;
  /** The id of the batch that the file belongs to. */
  readonly batch?: string | undefined;
  /** The id of the file that this file replaces. */
  readonly replaces?: string | undefined;
  /** The symbolic directory that `client.sync` syncs with a folder. */
  readonly syncRoot?: string | undefined;
}

/** A filter for files, with times in Unix seconds. */
export interface Selectors {
  readonly fileIds: readonly string[] | null;
  readonly fileNames: readonly string[] | null;
  readonly directories: readonly string[] | null;
  readonly filePaths: readonly string[] | null;
  readonly tags: Tags | null;
  readonly createdAtStart: number | null;
  readonly createdAtEnd: number | null;
  readonly lastUpdatedStart: number | null;
  readonly lastUpdatedEnd: number | null;
  readonly maxFiles: number;
}

type RequestBody<Body> = { readonly [K in keyof Body]: Body[K] | Readonly<Body[K]> } & { readonly version?: string };

export function buildProcessBody(run: NewRun): RequestBody<ProcessRequest> {
  return {
    pipeline: run.pipeline,
    pipeline_ordered_modules: [...run.chain],
    pipeline_output_process_keys: [...run.outputKeys],
    modules: run.selections as NonNullable<ProcessRequest['modules']>,
    version: clientVersion,
    file_name: run.fileName,
    symbolic_directory_path: run.directory,
    file_tags: [...run.tags],
    file_description: run.description,
    ...buildExpiryFields(run.expireTime),
    ...(run.webhook && { webhook: buildWebhook(run.webhook) }),
    ...(run.content && { content: run.content.toString('base64') }),
    ...(run.parent !== undefined && { parent: run.parent }),
    ...(run.batch !== undefined && { batch: run.batch }),
    ...(run.keepInput !== undefined && { keep_input: run.keepInput }),
    ...(run.replaces !== undefined && { replaces: run.replaces }),
    ...(run.syncRoot !== undefined && { sync_root: run.syncRoot }),
  };
}

/** Builds the fields that set the time to live. Without `never_expires`, an `expire_time` of `null` means the default. */
function buildExpiryFields(expireTime: number | null): { expire_time: number | null; never_expires?: true } {
  return { expire_time: expireTime, ...(expireTime === null && { never_expires: true }) };
}

function buildWebhook({ url, secret, events }: WebhookTarget): ProcessRequest['webhook'] {
  return { url, secret, ...(events && { events: [...events] }) };
}

export function buildProcessStatusBody(pipeline: string, requestId: string) {
  return { pipeline, version: clientVersion, process_id: requestId };
}

/** Builds the body for `fetch-output` and `delete`. */
export function buildFileBody(pipeline: string, fileId: string) {
  return { pipeline, version: clientVersion, file_id: fileId };
}

export function buildUpdateBody(
  pipeline: string,
  fileId: string,
  changes: { readonly [K in keyof NewFile]: NewFile[K] | null } & { readonly neverExpires: boolean },
): RequestBody<UpdateRequest> {
  return {
    pipeline,
    version: clientVersion,
    file_id: fileId,
    file_name: changes.fileName,
    symbolic_directory_path: changes.directory,
    file_tags: changes.tags && [...changes.tags],
    file_description: changes.description,
    expire_time: changes.expireTime,
    ...(changes.neverExpires && { never_expires: true }),
  };
}

export function buildListBody(pipeline: string, selectors: Selectors): RequestBody<ListRequest> {
  return { pipeline, version: clientVersion, ...buildSelectorFields(selectors) };
}

export function buildShowTreeBody(pipeline: string, directory: string, maxFiles: number) {
  return { pipeline, symbolic_directory_path: directory, max_files: maxFiles, version: clientVersion };
}

/** Builds the body for a semantic search if `k` is set, otherwise for a keyword search. Omits the version, as the original client does. */
export function buildSearchBody(
  pipeline: string,
  chain: readonly string[],
  query: string,
  selectors: Selectors,
  k?: number,
) {
  const { max_files, created_at_start, created_at_end, last_updated_start, last_updated_end, ...metadata } =
    buildSelectorFields(selectors);
  return {
    pipeline,
    pipeline_ordered_modules: [...chain],
    query,
    ...metadata,
    ...(k !== undefined && { k }),
    max_files,
    created_at_start,
    created_at_end,
    last_updated_start,
    last_updated_end,
  };
}

function buildSelectorFields(selectors: Selectors) {
  return {
    file_ids: selectors.fileIds && [...selectors.fileIds],
    file_names: selectors.fileNames && [...selectors.fileNames],
    symbolic_directory_paths: selectors.directories && [...selectors.directories],
    symbolic_file_paths: selectors.filePaths && [...selectors.filePaths],
    file_tags: selectors.tags && [...selectors.tags],
    max_files: selectors.maxFiles,
    created_at_start: selectors.createdAtStart,
    created_at_end: selectors.createdAtEnd,
    last_updated_start: selectors.lastUpdatedStart,
    last_updated_end: selectors.lastUpdatedEnd,
  };
}
