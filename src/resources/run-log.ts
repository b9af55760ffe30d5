import type { Connection } from '../http/connection.js';
import { requestV1, requireV1 } from '../http/call-v1.js';
import { Issues } from '../options/issues.js';
import { anyValue, integerAtLeast, oneOf, toBe, toBeBoolean, type OptionRules } from '../options/option-rules.js';
import { pickRequestOptions, requestRules } from '../options/request-options.js';
import { checkId } from '../shared/rules/arguments.js';
import type { LogLineLevel, LogPage } from '../shared/runs/run-event.js';
import type { RequestOptions } from '../shared/types/client-options.js';

/** Options for reading a run's log. */
export interface LogOptions extends RequestOptions {
  /** Returns only lines after this line number, usually the previous page's `last`. @default 0 */
  after?: number | undefined;
  /** Returns the `limit` lines immediately before this line number. `Infinity` means the end of the log. Not allowed with `wait`. */
  before?: number | undefined;
  /** The minimum level of the lines to return. @default 'debug' */
  level?: LogLineLevel | undefined;
  /** Returns only the lines of the module, step or task with this key. */
  task?: string | undefined;
  /** Returns only lines that contain this text. Case is ignored. */
  search?: string | undefined;
  /** Whether to return `counts`, the number of lines at each level that match `task` and `search`. @default false */
  counts?: boolean | undefined;
  /** Maximum number of lines, at most 10,000. @default 1000 */
  limit?: number | undefined;
  /** If no line matches yet, how long to wait for a matching line or the end of the run, in seconds, at most 60. @default 0 */
  wait?: number | undefined;
}

const logRules = {
  after: integerAtLeast(0),
  before: toBe(
    'a line number, or Infinity',
    (value) => value === Infinity || (Number.isInteger(value) && Number(value) >= 0),
  ),
  level: oneOf('debug', 'info', 'warning', 'error'),
  task: anyValue,
  search: anyValue,
  counts: toBeBoolean,
  limit: integerAtLeast(1),
  wait: toBe('a number of seconds between 0 and 60', (value) => typeof value === 'number' && value >= 0 && value <= 60),
} satisfies OptionRules<Exclude<keyof LogOptions, keyof RequestOptions>>;

/** Returns a page of a run's log. @throws `ValidationError` if an argument is invalid; `NotFoundError` if there is no such run. */
export async function readLog(connection: Connection, requestId: string, options: LogOptions): Promise<LogPage> {
  const issues = new Issues();
  issues.add(['requestId'], checkId(requestId));
  issues.check(options, { ...logRules, ...requestRules }, 'runs.logs()');
  issues.throwIfAny();
  const query = new URLSearchParams();
  for (const name of Object.keys(logRules) as (keyof typeof logRules)[]) {
    const value = options[name];
    if (value === undefined) continue;
    query.set(name === 'search' ? 'q' : name, String(value === Infinity ? Number.MAX_SAFE_INTEGER : value));
  }
  const requestOptions = pickRequestOptions(options);
  const timeout = (options.timeout ?? connection.settings.timeout) + (options.wait ?? 0) * 1000;
  const path = `/v1/runs/${requestId.toLowerCase()}/logs?${query.toString()}`;
  const call = { action: `read the log of run ${requestId}`, method: 'GET', path } as const;
  await requireV1(connection, requestOptions);
  const { output } = await requestV1(connection, call, { ...requestOptions, timeout }, (v1) => v1.logResponse);
  return output;
}
