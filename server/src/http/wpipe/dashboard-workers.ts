import { meanSecondsOfWorkers } from '../../store/tables/program-workers.js';
import { listWorkers } from '../../store/tables/workers.js';
import type { WpipeCall } from './endpoint.js';
import { workerIdOf } from './ids.js';

/** `GET /dashboard_workers`: what became of the runs of each worker. */
export async function dashboardWorkers({ http, account }: WpipeCall) {
  const { db, clock, reporting } = http.engine;
  const onlineSince = new Date(clock.now().getTime() - reporting.offlineMs);
  const [workers, seconds] = await Promise.all([
    listWorkers(db, account.id, { onlineSince }),
    meanSecondsOfWorkers(db, account.id),
  ]);
  return workers.map(({ id, status, runs }) => {
    const failed = runs.failed + runs.cancelled + runs.crashed;
    return {
      id: workerIdOf(id),
      // the protocol's own spelling
      status: status === 'online' ? 'online' : 'ofline',
      processed: runs.open + runs.completed + failed,
      active: runs.open,
      successed: runs.completed,
      failed,
      load_average: loadAverage(seconds.get(id)),
    };
  });
}

/** A number as Python writes it. */
function loadAverage(seconds: number | undefined): string {
  if (seconds === undefined) return 'NA';
  return Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds);
}
