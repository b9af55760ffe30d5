import type { Connection } from '../http/connection.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { Files, PipelineFile } from '../shared/types/files.js';
import { checkIdCall } from '../options/request-options.js';
import { v1Call } from '../http/v1-call.js';

/** `/v1/files` */
export class ServerFiles implements Files {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async get(fileId: string, options: RequestOptions = {}): Promise<PipelineFile> {
    const id = checkIdCall(fileId, 'fileId', options, 'files.get()');
    const call = { what: `read file ${id}`, method: 'GET', path: `/v1/files/${id}` } as const;
    return v1Call(this.#connection, call, options, (v1) => v1.fileResponse);
  }
}
