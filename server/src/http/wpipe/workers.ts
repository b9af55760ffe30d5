import { formatValue } from 'millrace/shared/rules/format-value.js';
import type * as z from 'zod';
import { recordHeartbeat } from '../../engine/reported/heartbeat.js';
import { registerProgram } from '../../store/tables/program-workers.js';
import { ApiError, tooManyWorkers } from '../api-error.js';
import { assertNameAllowed } from '../authenticate.js';
import type { workerBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
import { parseId, toWorkerId } from './ids.js';

/** `POST /matricula`: registers a program as a worker, with its name, version and steps. */
export async function registerWorker({ http, access, body }: WpipeCall<z.output<typeof workerBody>>) {
  const { db, clock, reporting } = http.engine;
  const { name, version, tasks: steps } = body;
  assertNameAllowed(access, name);
  const now = clock.now();
  const onlineSince = new Date(now.getTime() - reporting.offlineAfterMs);
  const worker = { name, version, pipelines: [{ name, steps }] };
  const { maxWorkers } = reporting;
  const id = await registerProgram(db, access.account, worker, { now, onlineSince, maxWorkers });
  if (id === undefined) throw tooManyWorkers();
  return { id: toWorkerId(id) };
}

/** `POST /healthchecker`: records a heartbeat for a worker and for those of its unfinished runs that the key may change. */
export async function healthcheck({ http, access, body }: WpipeCall<{ id: string }>) {
  const id = parseId('worker', body.id);
  const runs = id === undefined ? undefined : await recordHeartbeat(http.engine, access, id);
  if (!runs) throw workerNotFound(body.id);
  return { health: 1 };
}

export function workerNotFound(id: string): ApiError {
  return new ApiError(404, 'not_found', `There is no worker ${formatValue(id)}: register it again`);
}
