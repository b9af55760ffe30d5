import type { StepInfo } from '../flow/types/local-pipeline.js';
import type { Connection } from '../http/connection.js';
import { checkOptions } from '../options/issues.js';
import { integerAtLeast, nonEmptyText, toBe, type OptionRules } from '../options/option-rules.js';
import { eventLimits } from '../shared/runs/event-limits.js';
import type { WorkerPipeline } from '../shared/types/worker.js';
import { definitionKey, type Definition, type WithDefinition } from '../flow/definition.js';
import { ValidationError } from '../errors/validation-error.js';
import { isNamed, isStartable, type Startable } from './startable.js';
import { getOrCreateReporter } from './get-reporter.js';
import { RegisteredWorker, type Worker } from './worker.js';

/** Options for `client.worker()`. */
export interface WorkerOptions {
  /** The program's name. The name, version and pipelines together identify the worker. */
  name: string;
  /** The program's version. Optional with `serves`, because the definitions have their own versions. */
  version?: string | undefined;
  /** The pipelines, flows and tasks that this program runs itself and reports through the worker. @default none */
  pipelines?:
    | readonly { readonly name: string; readonly version: string | null; readonly steps?: readonly StepInfo[] }[]
    | undefined;
  /**
   * The tasks, pipelines and flows whose runs the worker claims and executes until it is closed. If several have the same name, they
   * must have the same kind and different versions. Serving keeps the process alive.
   *
   * @default none
   */
  serves?: readonly Startable[] | undefined;
  /**
   * Maximum number of runs to execute at once. A run is not counted while it waits for the result of a run that it started with
   * `client.start()`.
   *
   * @default 1
   */
  concurrency?: number | undefined;
  /** How long `close()` waits for runs in progress to finish, in milliseconds. @default 30_000 */
  grace?: number | undefined;
  /** The path of a file that stores the worker's id, so that the id is known even if the server is unreachable. @default none */
  idFile?: string | undefined;
}

const toBeText = toBe(
  `a non-empty string of at most ${eventLimits.nameLength} characters`,
  (value) => typeof value === 'string' && value.length > 0 && value.length <= eventLimits.nameLength,
);
const workerRules: OptionRules<keyof WorkerOptions> = {
  name: { ...toBeText, isRequired: true },
  version: toBeText,
  pipelines: toBe(
    `an array of at most ${eventLimits.pipelines} pipelines, flows and tasks`,
    (value) => Array.isArray(value) && value.every(isNamed) && value.length <= eventLimits.pipelines,
  ),
  serves: toBe(
    `a non-empty array of at most ${eventLimits.pipelines} tasks, pipelines and flows`,
    (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= eventLimits.pipelines && value.every(isStartable),
  ),
  concurrency: integerAtLeast(1),
  grace: integerAtLeast(0, ' of milliseconds'),
  idFile: nonEmptyText('a file path'),
};

/** Starts a worker, even if the server cannot be reached. @throws `ValidationError` if an option is invalid. */
export async function startWorker(connection: Connection, options: WorkerOptions): Promise<Worker> {
  checkOptions(options, workerRules, 'client.worker()');
  const { name, version = '', serves, concurrency = 1, grace = 30_000, idFile } = options;
  if (options.version === undefined && !serves) {
    throw new ValidationError([{ path: ['version'], message: 'Expected `version` or `serves`, got neither' }]);
  }
  const definitions = (serves ?? []).map((served) => (served as unknown as WithDefinition)[definitionKey]);
  checkNames(definitions);
  const pipelines = [
    ...(options.pipelines ?? []),
    ...(serves ?? []).filter((served) => !options.pipelines?.includes(served)),
  ];
  const identity = { name, version, pipelines: pipelines.map(toWorkerPipeline) };
  const worker = new RegisteredWorker(connection, getOrCreateReporter(connection), identity, idFile);
  await worker.start();
  if (serves) worker.serve({ definitions, concurrency, gracePeriodMs: grace });
  return worker;
}

/** Throws if definitions with the same name differ in kind or have the same version. The server ignores kinds when runs are claimed. */
function checkNames(definitions: readonly Definition[]): void {
  for (const [i, def] of definitions.entries()) {
    const other = definitions
      .slice(0, i)
      .find((one) => one.name === def.name && one !== def && (one.kind !== def.kind || one.version === def.version));
    if (!other) continue;
    const [first, second] = [other, def].map(
      ({ kind, name, version }) => `${kind} '${name}' (version ${version ?? 'none'})`,
    );
    const message = `Expected definitions with the same name to have the same kind and different versions, got ${first} and ${second}. Rename one of them`;
    throw new ValidationError([{ path: ['serves'], message }]);
  }
}

/** Converts a pipeline, flow or task to the format of a worker registration. A flow or task becomes a pipeline with one step. */
function toWorkerPipeline({ name, version, steps }: NonNullable<WorkerOptions['pipelines']>[number]): WorkerPipeline {
  const allSteps = steps ?? [{ name, version }];
  return { name, steps: allSteps.map((step) => ({ name: step.name, version: step.version })) };
}
