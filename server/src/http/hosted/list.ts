import { joinFilePath } from 'millrace/shared/rules/files/file-path.js';
import type { ListRequest, showTreeRequest } from 'millrace/shared/wire/requests.js';
import type * as z from 'zod';
import type { ModuleCatalogue } from '../../module-contract/module-catalogue.js';
import type { FileRow } from '../../store/tables/files/files.js';
import { selectFiles } from '../../store/tables/files/select-files.js';
import { getModuleChoices, getModuleFacts } from '../file-modules.js';
import { assertSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { ok, getSelectionWarnings, formatTimestamp, type HostedResponse } from './response.js';

/** `POST /krixik-core-list`: lists the finished files that match the arguments. */
export async function listFiles({ http, access, body, requestId }: HostedCall<ListRequest>): Promise<HostedResponse> {
  assertSelectors(body, http.limits);
  const { engine } = http;
  const selection = await selectFiles(engine.db, access, body.pipeline, body, engine.clock.now());
  const { length } = selection.files;
  return ok({
    request_id: requestId,
    message: length > 0 ? `${getSuccessMessage(length)}  Note: all timestamps in UTC.` : getEmptyMessage(body),
    warnings: getSelectionWarnings(selection),
    items: selection.files.map((file) => toItem(file, engine.modules)),
  });
}

/** `POST /krixik-core-show-tree`: lists the paths of finished files whose directory matches `symbolic_directory_path` (default `/*`). */
export async function showTree(call: HostedCall<z.output<typeof showTreeRequest>>): Promise<HostedResponse> {
  const { http, access, body, requestId } = call;
  const { engine } = http;
  const selectors = {
    symbolic_directory_paths: [body.symbolic_directory_path ?? '/*'],
    max_files: body.max_files,
  };
  assertSelectors(selectors, http.limits);
  const selection = await selectFiles(engine.db, access, body.pipeline, selectors, engine.clock.now());
  const items = selection.files.map(({ directory, file_name }) => joinFilePath(directory, file_name));
  return ok({
    request_id: requestId,
    items,
    message: items.length > 0 ? getSuccessMessage(items.length) : noFilesMessage,
    warnings: getSelectionWarnings(selection),
  });
}

const noFilesMessage = 'No files were found for the given query arguments';

/** Returns the message for an empty list. As in the hosted service, the wording differs if the request selects files only by id. */
function getEmptyMessage(body: ListRequest): string {
  const otherArguments = Object.entries(body).filter(([name]) => !['pipeline', 'max_files', 'file_ids'].includes(name));
  const selectsOnlyById = body.file_ids && otherArguments.every(([, value]) => value === null || value === undefined);
  return selectsOnlyById ? 'No items found for input query arguments' : noFilesMessage;
}

function getSuccessMessage(count: number): string {
  return `Successfully returned ${count} item${count === 1 ? '' : 's'}.`;
}

function toItem(file: FileRow, modules: ModuleCatalogue): Record<string, unknown> {
  return {
    last_updated: formatTimestamp(file.updated_at),
    process_id: file.run_id,
    created_at: formatTimestamp(file.created_at),
    file_metadata: { modules: getModuleChoices(file, modules), modules_data: getModuleFacts(file, modules) },
    file_tags: file.tags,
    file_description: file.description,
    symbolic_directory_path: file.directory,
    pipeline: file.pipeline,
    file_id: file.id,
    expire_time: file.expires_at && formatTimestamp(file.expires_at),
    file_name: file.file_name,
  };
}
