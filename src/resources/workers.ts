import { Issues } from '../options/issues.js';
import { checkRequestOptions, pickRequestOptions, requestOptionNames } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import type { WorkerRecord } from '../shared/types/worker.js';
import type { Workers } from '../report/worker-options.js';
import { requireRecords } from '../http/require-records.js';

const what = 'list workers';

/** `/v1/workers` */
export class ServerWorkers implements Workers {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(options: NonNullable<Parameters<Workers['list']>[0]> = {}): Promise<WorkerRecord[]> {
    const issues = new Issues();
    const known = issues.addUnknown(options, ['all', ...requestOptionNames], 'workers.list()');
    checkRequestOptions(known, issues);
    issues.expect('all', known.all, typeof known.all === 'boolean', 'true or false');
    issues.throwIfAny();
    const request = pickRequestOptions(options);
    await requireRecords(this.#connection, request);
    const path = `/v1/workers${options.all ? '?all=true' : ''}`;
    const [response, { workersResponse }, { readResponse }] = await Promise.all([
      this.#connection.ask({ what, method: 'GET', path }, request),
      import('../shared/wire/v1-responses.js'),
      import('../shared/wire/read-response.js'),
    ]);
    return readResponse(workersResponse, response.body, what).items;
  }
}
