import type { Connection } from '../http/connection.js';
import { v1Call } from '../http/v1-call.js';
import { checkIdCall } from '../options/request-options.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { PipelineFile } from '../shared/types/file-record.js';

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
}
