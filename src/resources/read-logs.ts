import { Issues } from '../options/issues.js';
import { toBe, wholeFrom, type OptionTable } from '../options/option-table.js';
import { pickRequestOptions, requestTable } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import { checkId } from '../shared/rules/identifier.js';
import type { LogPage } from '../shared/runs/run-event.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { LogOptions } from '../shared/types/runs.js';
import { askV1, requireV1 } from '../http/v1-call.js';

const levels = ['debug', 'info', 'warning', 'error'];
const logTable = {
  after: wholeFrom(0),
  level: toBe(`one of ${levels.join(', ')}`, (value) => levels.includes(value as string)),
  limit: wholeFrom(1),
  wait: toBe('a number of seconds from 0 to 60', (value) => typeof value === 'number' && value >= 0 && value <= 60),
} satisfies OptionTable<Exclude<keyof LogOptions, keyof RequestOptions>>;

/** `/v1/runs/:id/logs` */
export async function readLogs(connection: Connection, requestId: string, options: LogOptions): Promise<LogPage> {
  checkOptions(requestId, options);
  const request = pickRequestOptions(options);
  const query = new URLSearchParams();
  for (const name of Object.keys(logTable) as (keyof typeof logTable)[])
    if (options[name] !== undefined) query.set(name, String(options[name]));
  const what = `read the log of run ${requestId}`;
  const timeout = (options.timeout ?? connection.settings.timeout) + (options.wait ?? 0) * 1000;
  const call = { what, method: 'GET', path: `/v1/runs/${requestId.toLowerCase()}/logs?${query.toString()}` } as const;
  await requireV1(connection, request);
  const { output } = await askV1(connection, call, { ...request, timeout }, (v1) => v1.logResponse);
  return output;
}

function checkOptions(requestId: unknown, options: LogOptions): void {
  const issues = new Issues();
  issues.add(['requestId'], checkId(requestId));
  issues.check(options, { ...logTable, ...requestTable }, 'runs.logs()');
  issues.throwIfAny();
}
