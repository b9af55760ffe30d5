import { generateRunName } from 'millrace/shared/runs/run-name.js';
import type { RunEvent } from 'millrace/shared/runs/run-event.js';
import type { WorkerPipeline } from 'millrace/shared/types/worker.js';
import type { NextEvent } from '../../engine/reported/record-next-events.js';
import { recordEvents } from '../../engine/reported/record-events.js';
import { touchProgramWorker } from '../../store/tables/program-workers.js';
import { wpipeReporter } from '../../store/tables/reported-runs.js';
import { ApiError } from '../api-error.js';
import type { WpipeCall } from './endpoint.js';
import { createRunId, toProcessId, parseId, toTaskId } from './ids.js';
import { workerNotFound } from './workers.js';

/** `POST /newprocess`: starts a run with the steps that the worker registered. */
export async function newProcess({ http, access, body }: WpipeCall<{ id: string }>) {
  const { engine } = http;
  const workerId = parseId('worker', body.id);
  const worker = workerId && (await touchProgramWorker(engine.db, access, workerId, engine.clock.now()));
  const [pipeline, ...others] = worker ? worker.pipelines : [];
  if (!workerId || !worker || !pipeline || others.length > 0) throw workerNotFound(body.id);
  const events = createRunEvents({ ...worker, id: workerId }, pipeline);
  const run = createRunId();
  const at = engine.clock.now().toISOString();
  const numberedEvents = events.map((event, index): RunEvent => ({ at, ...event, run, sequence: index + 1 }));
  const recorded = await recordEvents(engine, access, { reporter: wpipeReporter, events: numberedEvents, alive: [] });
  if (!recorded[run]?.state) {
    throw new ApiError(
      429,
      'too_many_runs',
      'This account has too many unfinished runs. End some, or raise `maxOpenRuns`.',
    );
  }
  return {
    father: toProcessId(run),
    sons: pipeline.steps.map((step, index) => ({ name: step.name, id: toTaskId(run, index) })),
  };
}

/** Returns the events that create and start a run, and create its tasks. Each task runs after the previous task. */
function createRunEvents(
  worker: { readonly id: string; readonly version: string },
  { name: pipelineName, steps }: WorkerPipeline,
) {
  const name = generateRunName();
  const { id, version } = worker;
  const events: NextEvent[] = [
    { type: 'run-created', kind: 'pipeline', of: pipelineName, version, name, input: null, parent: null, worker: id },
    { type: 'run-state', state: 'running' },
    {
      type: 'log',
      level: 'info',
      message: `Created pipeline run '${name}' for pipeline '${pipelineName}'`,
      task: null,
    },
  ];
  let after: string[] = [];
  for (const [index, step] of addKeys(steps).entries()) {
    events.push({ type: 'task-created', ...step, index, after });
    after = [step.key];
  }
  return events;
}

type Step = WorkerPipeline['steps'][number];

/** Adds a key to each step: its name and the number of earlier steps with the same name. */
function addKeys(steps: readonly Step[]): (Step & { readonly key: string })[] {
  const countByName = new Map<string, number>();
  return steps.map((step) => {
    const count = countByName.get(step.name) ?? 0;
    countByName.set(step.name, count + 1);
    return { ...step, key: `${step.name}-${count}` };
  });
}
