import { heartbeat } from '../../engine/reported/heartbeat.js';
import type { WpipeCall } from './endpoint.js';
import { readId } from './ids.js';
import { unknownWorker } from './unknown-worker.js';

/** `POST /healthchecker`: a worker's sign of life, which counts for all its runs. */
export async function healthcheck({ http, account, body }: WpipeCall<{ id: string }>) {
  const id = readId('worker', body.id);
  const known = id === undefined ? undefined : await heartbeat(http.engine, account.id, id);
  if (!known) throw unknownWorker(body.id);
  return { health: 1 };
}
