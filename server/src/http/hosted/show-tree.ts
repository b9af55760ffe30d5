import { joinFilePath } from 'millrace/shared/rules/file-path.js';
import type * as z from 'zod';
import type { showTreeRequest } from 'millrace/shared/wire/requests.js';
import { selectFiles } from '../../store/tables/select-files.js';
import { ok, type HostedResponse } from './response.js';
import { checkSelectors } from './check-arguments.js';
import type { HostedCall } from './endpoint.js';
import { selectionWarnings } from './selection-warnings.js';

/** `POST /krixik-core-show-tree`: the symbolic file paths below a directory. */
export async function showTree(call: HostedCall<z.output<typeof showTreeRequest>>): Promise<HostedResponse> {
  const { http, account, body, requestId } = call;
  const { engine } = http;
  const selectors = {
    symbolic_directory_paths: [body.symbolic_directory_path ?? '/*'],
    max_files: body.max_files,
  };
  checkSelectors(selectors, http.limits);
  const selection = await selectFiles(engine.db, account.id, body.pipeline, selectors, engine.clock.now());
  const items = selection.files.map(({ directory, file_name }) => joinFilePath(directory, file_name));
  return ok({
    request_id: requestId,
    items,
    message:
      items.length > 0
        ? `Successfully returned ${items.length} item${items.length === 1 ? '' : 's'}.`
        : 'No files were found for the given query arguments',
    warnings: selectionWarnings(selection),
  });
}
