import { runName } from 'millrace/shared/runs/run-name.js';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import type { NextEvent } from '../../engine/reported/take-next-event.js';
import { takeEvents } from '../../engine/reported/take-events.js';
import { visitWorker } from '../../store/tables/program-workers.js';
import { ApiError } from '../api-error.js';
import type { WpipeCall } from './endpoint.js';
import { newRunId, processIdOf, readId, taskIdOf } from './ids.js';
import { wpipeReporter } from './reporter.js';
import { withKeys } from './with-keys.js';
import { unknownWorker } from './unknown-worker.js';

/** `POST /newprocess`: a run begins. Its steps are those that the worker was registered with. */
export async function newProcess({ http, account, body }: WpipeCall<{ id: string }>) {
  const { engine } = http;
  const workerId = readId('worker', body.id);
  const worker = workerId && (await visitWorker(engine.db, account.id, workerId, engine.clock.now()));
  const [pipeline, ...others] = worker ? worker.pipelines : [];
  if (!workerId || !worker || !pipeline || others.length > 0) throw unknownWorker(body.id);
  const reports = firstReports({ ...worker, id: workerId }, pipeline);
  const run = newRunId();
  const at = engine.clock.now().toISOString();
  const numbered = reports.map((report, index): RunEvent => ({ at, ...report, run, sequence: index + 1 }));
  const taken = await takeEvents(engine, account.id, { reporter: wpipeReporter, reports: numbered, alive: [] });
  if (!taken[run]?.state) {
    throw new ApiError(429, 'too_many_runs', 'There are too many unfinished runs: end some, or raise maxOpenRuns');
  }
  return {
    father: processIdOf(run),
    sons: pipeline.steps.map((step, index) => ({ name: step.name, id: taskIdOf(run, index) })),
  };
}

function firstReports(worker: { readonly id: string; readonly version: string }, { name: of, steps }: WorkerPipeline) {
  const name = runName();
  const { id, version } = worker;
  const reports: NextEvent[] = [
    { type: 'run-created', kind: 'pipeline', of, version, name, input: null, parent: null, worker: id },
    { type: 'run-state', state: 'running' },
    { type: 'log', level: 'info', message: `Created pipeline run '${name}' for pipeline '${of}'`, task: null },
  ];
  let after: string[] = [];
  for (const [index, step] of withKeys(steps).entries()) {
    reports.push({ type: 'task-created', ...step, index, after });
    after = [step.key];
  }
  return reports;
}
