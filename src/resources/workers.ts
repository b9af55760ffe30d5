import { checkOptions } from '../options/issues.js';
import { toBeBoolean } from '../options/option-table.js';
import { pickRequestOptions, requestTable } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import type { WorkerRecord } from '../shared/types/worker.js';
import type { Workers } from '../report/worker-options.js';
import { v1Call } from '../http/v1-call.js';

/** `/v1/workers` */
export class ServerWorkers implements Workers {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(options: NonNullable<Parameters<Workers['list']>[0]> = {}): Promise<WorkerRecord[]> {
    checkOptions(options, { all: toBeBoolean, ...requestTable }, 'workers.list()');
    const request = pickRequestOptions(options);
    const path = `/v1/workers${options.all ? '?all=true' : ''}`;
    const call = { what: 'list workers', method: 'GET', path } as const;
    const { items } = await v1Call(this.#connection, call, request, (v1) => v1.workersResponse);
    return items;
  }
}
