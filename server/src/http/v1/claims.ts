import type { Hono } from 'hono';
import { claimRequest, releaseRequest } from 'millrace/shared/wire/work.js';
import { releaseRuns } from '../../engine/served/release-runs.js';
import { leaseDurationMs } from '../../engine/served/lease-monitor.js';
import { waitForClaim } from '../../engine/served/wait-for-claim.js';
import { runWithoutCaller } from '../../store/db/caller.js';
import { notFound } from '../api-error.js';
import { assertNameAllowed } from '../authenticate.js';
import type { HttpContext, RouteEnv } from '../http-context.js';
import { readJson } from '../read-body.js';
import { parseBody } from './parse-query.js';

/** `/v1/claims`: assigns runs to workers, and releases runs that workers will not finish. */
export function addClaimRoutes(app: Hono<RouteEnv>, http: HttpContext): void {
  const { engine, settings } = http;

  app.post('/v1/claims', async (c) => {
    const { wait, reporter, ...claim } = parseBody(claimRequest, await readJson(c, settings));
    for (const { name } of claim.serves) assertNameAllowed(c.get('access'), name);
    const runs = await waitForClaim(
      engine,
      http.claimState,
      c.get('access'),
      { ...claim, reporter: reporter ?? claim.worker },
      { timeoutMs: wait * 1000, signals: [c.req.raw.signal, http.closing] },
    );
    // the worker has disconnected: release the runs now, so that other workers do not have to wait until the leases expire
    if (c.req.raw.signal.aborted && runs && runs.length > 0) {
      const ids = runs.map(({ run }) => run.requestId);
      await runWithoutCaller(() => releaseRuns(engine, c.get('access'), reporter ?? claim.worker, ids));
    }
    if (!runs) throw notFound(`There is no worker ${claim.worker}: it never existed or was deleted. Register it again`);
    return c.json({ runs, leaseSeconds: leaseDurationMs / 1000 });
  });

  app.post('/v1/claims/release', async (c) => {
    const { reporter, runs } = parseBody(releaseRequest, await readJson(c, settings));
    return c.json({ released: await releaseRuns(engine, c.get('access'), reporter, runs) });
  });
}
