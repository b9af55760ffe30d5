import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { checkOptions } from '../options/issues.js';
import { toBeBoolean } from '../options/option-rules.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { WorkerRecord } from '../shared/types/worker.js';

/** The account's registered workers: programs that execute runs of your own functions. Requires a Millrace server. */
export class Workers {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Returns the workers that have sent a heartbeat in the last 24 hours, at most 1000, most recent heartbeat first.
   *
   * @param options.all Whether to also return workers whose last heartbeat is older. Default false.
   */
  async list(options: RequestOptions & { all?: boolean | undefined } = {}): Promise<WorkerRecord[]> {
    checkOptions(options, { all: toBeBoolean, ...requestRules }, 'workers.list()');
    const path = `/v1/workers${options.all ? '?all=true' : ''}`;
    const call = { action: 'list workers', method: 'GET', path } as const;
    const { items } = await callV1(this.#connection, call, pickRequestOptions(options), (v1) => v1.workersResponse);
    return items;
  }
}
