import type * as z from 'zod';
import { registerProgram } from '../../store/tables/program-workers.js';
import { tooManyWorkers } from '../too-many-workers.js';
import type { workerBody } from './bodies.js';
import type { WpipeCall } from './endpoint.js';
import { workerIdOf } from './ids.js';

/** `POST /matricula`: a program says what it is and which steps it has. */
export async function registerWorker({ http, account, body }: WpipeCall<z.output<typeof workerBody>>) {
  const { db, clock, reporting } = http.engine;
  const { name, version, tasks: steps } = body;
  const now = clock.now();
  const onlineSince = new Date(now.getTime() - reporting.offlineMs);
  const worker = { name, version, pipelines: [{ name, steps }] };
  const { maxWorkers } = reporting;
  const id = await registerProgram(db, account.id, worker, { now, onlineSince, maxWorkers });
  if (id === undefined) throw tooManyWorkers();
  return { id: workerIdOf(id) };
}
