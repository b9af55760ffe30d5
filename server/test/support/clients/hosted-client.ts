import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import { inputExtensionsByFormat } from 'millrace/shared/modules/formats.js';
import type {
  HostedResponse,
  ChangeBody,
  ItemsBody,
  ListItem,
  OutputBody,
  ReservedBody,
  SearchItem,
  SemanticItem,
  StatusBody,
  UploadForm,
} from './hosted-responses.js';
import { formParts, postParts, type UploadResponse } from './multipart.js';
import { pythonJson } from '../python-json.js';

type Tags = readonly Readonly<Record<string, string>>[];

export interface ProcessArguments {
  readonly file_name?: string | null;
  readonly symbolic_directory_path?: string | null;
  readonly file_tags?: Tags | null;
  readonly file_description?: string | null;
  readonly expire_time?: number | null;
  readonly keep_input?: boolean;
  readonly never_expires?: boolean;
  readonly replaces?: string;
  readonly sync_root?: string;
  readonly parent?: string;
  readonly modules?: Readonly<Record<string, unknown>>;
  /** The file itself, in base64. */
  readonly content?: string;
}

export interface Selectors {
  readonly file_ids?: readonly string[];
  readonly file_names?: readonly string[];
  readonly symbolic_directory_paths?: readonly string[];
  readonly symbolic_file_paths?: readonly string[];
  readonly file_tags?: Tags;
  readonly max_files?: number;
  readonly created_at_start?: number;
  readonly created_at_end?: number;
  readonly last_updated_start?: number;
  readonly last_updated_end?: number;
}

/** A file that was reserved and uploaded. */
export interface AddedFile {
  readonly pipeline: string;
  readonly fileId: string;
  readonly processId: string;
}

const version = '1.1.19';

const noSelectors = {
  file_ids: null,
  file_names: null,
  symbolic_directory_paths: null,
  symbolic_file_paths: null,
  file_tags: null,
  max_files: 1000,
  created_at_start: null,
  created_at_end: null,
  last_updated_start: null,
  last_updated_end: null,
};

/** Speaks the hosted protocol the way its official client does, byte for byte, and checks nothing. */
export class HostedClient {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  /** Makes a call whose body is sent as it is. */
  async send<Body>(path: string, text: string, headers: Record<string, string> = {}): Promise<HostedResponse<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', krixikApiKey: this.apiKey, ...headers },
      body: text,
    });
    const content = await response.text();
    return { status: response.status, headers: response.headers, text: content, body: JSON.parse(content) as Body };
  }

  call<Body>(path: string, body: unknown, headers?: Record<string, string>): Promise<HostedResponse<Body>> {
    return this.send(path, pythonJson(body), headers);
  }

  checkin(): Promise<HostedResponse> {
    return this.call('/cli-checkin', '{}');
  }

  capCheck(): Promise<HostedResponse<{ user_id: string; units_used: number }>> {
    return this.call('/krixik-core-cap-check', { version, pipeline: null, pipeline_ordered_modules: [] });
  }

  process(
    pipeline: string,
    chain: readonly string[],
    options: ProcessArguments = {},
    headers?: Record<string, string>,
  ): Promise<HostedResponse<ReservedBody>> {
    const body = { ...processDefaults(chain), ...options };
    return this.call('/krixik-core-process', { pipeline, pipeline_ordered_modules: chain, ...body, version }, headers);
  }

  upload(form: UploadForm, content: string | Buffer): Promise<UploadResponse> {
    return postParts(form.url, formParts(form, content));
  }

  processStatus(pipeline: string, processId: string): Promise<HostedResponse<StatusBody>> {
    return this.call('/krixik-core-process-status', { pipeline, version, process_id: processId });
  }

  fetchOutput(pipeline: string, fileId: string): Promise<HostedResponse<OutputBody>> {
    return this.call('/krixik-core-fetch-output', { pipeline, version, file_id: fileId });
  }

  delete(pipeline: string, fileId: string): Promise<HostedResponse<ChangeBody>> {
    return this.call('/krixik-core-delete', { pipeline, version, file_id: fileId });
  }

  list(pipeline: string, selectors: Selectors = {}): Promise<HostedResponse<ItemsBody<ListItem>>> {
    return this.call('/krixik-core-list', { pipeline, version, ...noSelectors, ...selectors });
  }

  update(
    pipeline: string,
    fileId: string,
    options: Omit<ProcessArguments, 'modules'>,
  ): Promise<HostedResponse<ChangeBody>> {
    const unchanged = {
      file_name: null,
      symbolic_directory_path: null,
      file_tags: null,
      file_description: null,
      expire_time: null,
    };
    return this.call('/krixik-core-update', { pipeline, version, file_id: fileId, ...unchanged, ...options });
  }

  showTree(pipeline: string, directory = '/*', maxFiles = 1000): Promise<HostedResponse<ItemsBody<string>>> {
    return this.call('/krixik-core-show-tree', {
      pipeline,
      symbolic_directory_path: directory,
      max_files: maxFiles,
      version,
    });
  }

  keywordSearch(
    pipeline: string,
    query: string,
    selectors: Selectors = {},
    chain: readonly string[] = ['keyword-db'],
  ): Promise<HostedResponse<ItemsBody<SearchItem>>> {
    const body = { pipeline, pipeline_ordered_modules: chain, query, ...noSelectors, ...selectors };
    return this.call('/keyword-search', body);
  }

  semanticSearch(
    pipeline: string,
    query: string,
    selectors: Selectors & { readonly k?: number; readonly with_models?: boolean } = {},
  ): Promise<HostedResponse<ItemsBody<SemanticItem>>> {
    const chain = ['parser', 'text-embedder', 'vector-db'];
    const body = { pipeline, pipeline_ordered_modules: chain, query, k: 5, ...noSelectors, ...selectors };
    return this.call('/semantic-search', body);
  }

  /** Reserves and uploads a file. Processing has begun when it resolves. */
  async add(
    pipeline: string,
    chain: readonly string[],
    content: string | Buffer,
    options?: ProcessArguments,
  ): Promise<AddedFile> {
    const reserved = await this.process(pipeline, chain, options);
    if (reserved.status !== 200) throw new Error(`Expected a reservation, got ${reserved.text}`);
    const { file_id: fileId, request_id: processId, presigned_post_url_results: form } = reserved.body;
    const uploaded = await this.upload(form, content);
    if (uploaded.status !== 204) throw new Error(`Expected the upload to return 204, got ${uploaded.text}`);
    return { pipeline, fileId, processId };
  }

  /** Polls until every module is done or one has failed. */
  async settle({ pipeline, processId }: Omit<AddedFile, 'fileId'>): Promise<StatusBody> {
    for (;;) {
      const { status, body, text } = await this.processStatus(pipeline, processId);
      if (status !== 200) throw new Error(`Expected a status, got ${text}`);
      if (body.failure_status !== null || Object.values(body.process_status!).every(Boolean)) return body;
      await sleep(15);
    }
  }

  /** Reserves and uploads a file, and waits until it is ready. */
  async complete(
    pipeline: string,
    chain: readonly string[],
    content: string | Buffer,
    options?: ProcessArguments,
  ): Promise<AddedFile> {
    const file = await this.add(pipeline, chain, content, options);
    const { failure_status: failure } = await this.settle(file);
    if (failure) throw new Error(`Expected the run to complete, got ${JSON.stringify(failure)}`);
    return file;
  }

  /** Downloads the output of a file. */
  async download({ pipeline, fileId }: Omit<AddedFile, 'processId'>): Promise<Buffer> {
    const { body, text } = await this.fetchOutput(pipeline, fileId);
    const [output] = body.process_output ?? [];
    if (!output) throw new Error(`Expected an output, got ${text}`);
    const response = await fetch(output.url);
    if (!response.ok) throw new Error(`Expected the download to return 2xx, got ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }
}

/** Returns the arguments that the official client sends by default. */
function processDefaults(chain: readonly string[]): ProcessArguments & { pipeline_output_process_keys: unknown } {
  const modules = chain.map((name) => findModule(name));
  const [extension = '.txt'] = inputExtensionsByFormat[modules[0]?.input ?? 'text'];
  const letters = Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return {
    pipeline_output_process_keys: modules.map((module) => module?.outputKey ?? null),
    modules: Object.fromEntries(
      modules.map((module, i) => [`module_${i + 1}`, { model: module?.defaultModel ?? 'base', params: {} }]),
    ),
    file_name: `krixik_generated_file_name_${letters}${extension}`,
    symbolic_directory_path: '/etc',
    file_tags: [],
    file_description: '',
    expire_time: 1800,
  };
}
