import { Issues } from '../options/issues.js';
import { checkRequestOptions, isWhole, pickRequestOptions, requestOptionNames } from '../options/request-options.js';
import type { Connection } from '../http/connection.js';
import { checkId } from '../shared/rules/identifier.js';
import type { LogPage } from '../shared/runs/run-event.js';
import type { LogOptions } from '../shared/types/runs.js';
import { askV1, requireV1 } from '../http/v1-call.js';

const names = ['after', 'level', 'limit', 'wait'] as const;
const levels = ['debug', 'info', 'warning', 'error'];

/** `/v1/runs/:id/logs` */
export async function readLogs(connection: Connection, requestId: string, options: LogOptions): Promise<LogPage> {
  checkOptions(requestId, options);
  const request = pickRequestOptions(options);
  const query = new URLSearchParams();
  for (const name of names) if (options[name] !== undefined) query.set(name, String(options[name]));
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
  const known = issues.addUnknown(options, [...names, ...requestOptionNames], 'runs.logs()');
  checkRequestOptions(known, issues);
  const { after, level, limit, wait } = known;
  issues.expect('after', after, isWhole(after, 0), 'a whole number from 0 up');
  issues.expect('level', level, level !== undefined && levels.includes(level), `one of ${levels.join(', ')}`);
  issues.expect('limit', limit, isWhole(limit, 1), 'a whole number from 1 up');
  issues.expect('wait', wait, typeof wait === 'number' && wait >= 0 && wait <= 60, 'a number of seconds from 0 to 60');
  issues.throwIfAny();
}
