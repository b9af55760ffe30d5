import type { RequestOptions } from './client-options.js';
import type { RunStatus } from './run-status.js';
import type { RunFilter } from './server-info.js';

export interface RunPage {
  items: RunStatus[];
  /** For the next call; `null` on the last page. */
  nextCursor: string | null;
}

/** All runs of the account, whatever made them. Needs a Millrace server: the hosted protocol cannot say it. */
export interface Runs {
  /** @throws `NotFoundError` */
  get(requestId: string, options?: RequestOptions): Promise<RunStatus>;
  /** One page, newest first. */
  list(filter?: RunFilter, options?: RequestOptions): Promise<RunPage>;
  /** Asks a run to stop; gives its record. */
  cancel(requestId: string, options?: RequestOptions): Promise<RunStatus>;
  /** Removes a run and what belongs to it. */
  delete(requestId: string, options?: RequestOptions): Promise<void>;
}
