import type { ListRequest } from 'millrace/shared/wire/requests.js';
import type { ModuleCatalogue } from '../../module-contract/module-catalogue.js';
import type { FileRow } from '../../store/tables/files.js';
import { selectFiles } from '../../store/tables/select-files.js';
import { moduleChoices, moduleFacts } from '../file-modules.js';
import { ok, type HostedResponse } from './response.js';
import { checkSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { selectionWarnings } from './selection-warnings.js';
import { timestamp } from './timestamp.js';

/** `POST /krixik-core-list`: the finished files that the arguments choose. */
export async function list({ http, account, body, requestId }: HostedCall<ListRequest>): Promise<HostedResponse> {
  checkSelectors(body, http.limits);
  const { engine } = http;
  const selection = await selectFiles(engine.db, account.id, body.pipeline, body, engine.clock.now());
  const { length } = selection.files;
  return ok({
    request_id: requestId,
    message:
      length > 0
        ? `Successfully returned ${length} item${length === 1 ? '' : 's'}.  Note: all timestamps in UTC.`
        : nothingFound(body),
    warnings: selectionWarnings(selection),
    items: selection.files.map((file) => toItem(file, engine.modules)),
  });
}

/** Two sentences for nothing, depending on what was asked; clients look for either. */
function nothingFound(body: ListRequest): string {
  const others = Object.entries(body).filter(([name]) => !['pipeline', 'max_files', 'file_ids'].includes(name));
  const onlyIds = body.file_ids && others.every(([, value]) => value === null || value === undefined);
  return onlyIds ? 'No items found for input query arguments' : 'No files were found for the given query arguments';
}

function toItem(file: FileRow, modules: ModuleCatalogue): Record<string, unknown> {
  return {
    last_updated: timestamp(file.updated_at),
    process_id: file.run_id,
    created_at: timestamp(file.created_at),
    file_metadata: { modules: moduleChoices(file, modules), modules_data: moduleFacts(file, modules) },
    file_tags: file.tags,
    file_description: file.description,
    symbolic_directory_path: file.directory,
    pipeline: file.pipeline,
    file_id: file.id,
    expire_time: timestamp(file.expires_at),
    file_name: file.file_name,
  };
}
