import type { Connection } from '../http/connection.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Files, PipelineFile } from '../shared/types/files.js';
import { checkIdCall } from '../options/check-id-call.js';
import { requireRecords } from '../http/require-records.js';

/** `/v1/files` */
export class ServerFiles implements Files {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get(fileId: string, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdCall(fileId, 'fileId', options, 'files.get()');
    await requireRecords(this.#connection, options);
    const what = `read file ${id}`;
    const [response, { fileResponse }, { readResponse }] = await Promise.all([
      this.#connection.ask({ what, method: 'GET', path: `/v1/files/${id}` }, options),
      import('../shared/wire/v1-responses.js'),
      import('../shared/wire/read-response.js'),
    ]);
    return readResponse(fileResponse, response.body, what);
  }
}
