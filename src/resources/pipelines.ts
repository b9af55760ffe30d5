import type { Connection } from '../http/connection.js';
import { callV1 } from '../http/call-v1.js';
import { buildFilterQuery } from '../options/filter-query.js';
import { anyValue, oneOf, type OptionRules } from '../options/option-rules.js';
import {
  statsRanges,
  type FailureGroups,
  type PipelineSummaries,
  type RunStats,
  type StatsRange,
} from '../shared/runs/run-stats.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** Selects a time span that ends now. */
export interface RangeFilter {
  /** The length of the time span: `1h`, `6h`, `24h`, `7d` or `30d`. @default '7d' for `pipelines.list()`, otherwise '24h' */
  range?: StatsRange | undefined;
}

/** Selects the failures to group. */
export interface FailureFilter extends RangeFilter {
  /** Only failures of this pipeline, flow or task. @default all */
  of?: string | undefined;
}

const rangeRules: OptionRules<keyof RangeFilter> = { range: oneOf(...statsRanges) };
const failureRules: OptionRules<keyof FailureFilter> = { ...rangeRules, of: anyValue };

/** Statistics about the account's pipelines, flows and tasks. Requires a Millrace server. */
export class Pipelines {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Returns the 100 pipelines, flows and tasks with the most runs created in a time span, and any others that online workers have
   * registered. Each item includes these workers, the latest run, and, for the runs in the time span, their number per state and their
   * durations.
   *
   * @throws `ValidationError` if an argument is invalid.
   * @example
   * ```ts
   * const { items } = await client.pipelines.list({ range: '30d' });
   * for (const { of, successRate, durations } of items) console.log(of, successRate, durations.p95);
   * ```
   */
  async list(filter: RangeFilter = {}, options: RequestOptions = {}): Promise<PipelineSummaries> {
    const path = `/v1/pipelines?${buildFilterQuery(filter, rangeRules, options, 'pipelines.list()')}`;
    const call = { action: 'list pipelines', method: 'GET', path } as const;
    return callV1(this.#connection, call, options, (v1) => v1.pipelinesResponse);
  }

  /**
   * Groups the failed and crashed runs created in a time span by reason, and returns the 50 largest groups. Runs of the same pipeline,
   * flow or task form a group if they have the same step, code and message. Ids, numbers, URLs, paths and quoted values in messages are
   * ignored.
   *
   * @throws `ValidationError` if an argument is invalid.
   * @example
   * ```ts
   * const { items } = await client.pipelines.failures({ range: '7d', of: 'contracts' });
   * for (const { count, step, message } of items) console.log(`${count} runs failed at ${step}: ${message}`);
   * ```
   */
  async failures(filter: FailureFilter = {}, options: RequestOptions = {}): Promise<FailureGroups> {
    const path = `/v1/failures?${buildFilterQuery(filter, failureRules, options, 'pipelines.failures()')}`;
    const call = { action: 'group failures', method: 'GET', path } as const;
    return callV1(this.#connection, call, options, (v1) => v1.failuresResponse);
  }

  /**
   * Returns statistics about the runs created in a time span and in the preceding span of the same length, and about workers, wpipe
   * reports, webhook deliveries and disk space.
   *
   * @throws `ValidationError` if an argument is invalid.
   */
  async stats(filter: RangeFilter = {}, options: RequestOptions = {}): Promise<RunStats> {
    const path = `/v1/stats?${buildFilterQuery(filter, rangeRules, options, 'pipelines.stats()')}`;
    const call = { action: 'get statistics', method: 'GET', path } as const;
    return callV1(this.#connection, call, options, (v1) => v1.statsResponse);
  }
}
