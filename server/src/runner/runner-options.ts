import { availableParallelism } from 'node:os';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { createBuiltinOnlySettings, type ModelSettings } from '../module-contract/model-settings.js';

/** Settings for the child-process pool. */
export interface RunnerOptions {
  /**
   * Maximum number of concurrent tasks and child processes.
   *
   * @default the number of available CPUs
   */
  readonly concurrency?: number;
  /**
   * Timeout for a module to process one file, in milliseconds.
   *
   * @default 600_000
   */
  readonly taskTimeoutMs?: number;
  /**
   * The memory limit for a module's process and for each process that the module starts, in bytes. The JavaScript heap of a module's
   * process is limited to 75% of this value. On systems other than Linux, the limit on the heap is the only limit.
   *
   * @default 2 GiB
   */
  readonly memoryBytes?: number;
  /**
   * How long a process can be idle before it is killed, in milliseconds. A new process must load its modules again.
   *
   * @default 60_000
   */
  readonly idleTimeoutMs?: number;
  /**
   * Maximum time between aborting a module's signal and killing its process, in milliseconds.
   *
   * @default 200
   */
  readonly gracePeriodMs?: number;
  /**
   * Modules to load from files, by name. Each value is the absolute path of an ES module that exports `run`. These modules override
   * custom and built-in modules of the same name.
   */
  readonly moduleFiles?: Readonly<Record<string, string>>;
  /** The configuration file that defines custom modules, and the names of these modules. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
  /**
   * Returns the model settings of a module.
   *
   * @default only built-in models
   */
  readonly models?: (module: string) => ModelSettings;
  /**
   * The port for Node's inspector on 127.0.0.1. If set, the pool has only one process, because processes cannot share the port, and
   * tasks have no deadline, because a debugger can pause the module.
   *
   * @default 0, which disables the inspector
   */
  readonly inspectPort?: number;
  /** Environment variables for the child processes, in addition to those that `createChildEnvironment` passes on from the server. */
  readonly env?: Readonly<Record<string, string>>;
}

const MiB = 2 ** 20;
/** The lowest allowed memory limit. Node.js alone needs about 60 MB. */
const minMemoryBytes = 128 * MiB;
/** Maximum delay of a timer, in milliseconds. With a longer delay, a timer fires immediately. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Validates the options and fills in defaults.
 *
 * @throws `TypeError` if an option is invalid.
 */
export function resolveOptions(options: RunnerOptions): Required<RunnerOptions> {
  const resolved = {
    concurrency: availableParallelism(),
    taskTimeoutMs: 600_000,
    memoryBytes: 2048 * MiB,
    idleTimeoutMs: 60_000,
    gracePeriodMs: 200,
    moduleFiles: {},
    config: { path: '', modules: [] },
    models: createBuiltinOnlySettings,
    env: {},
    inspectPort: 0,
    ...options,
    ...(options.inspectPort && { concurrency: 1, taskTimeoutMs: maxTimerMs }),
  };
  requireInteger('concurrency', resolved.concurrency, 1, 1024);
  requireNumber('taskTimeoutMs', resolved.taskTimeoutMs, 1, maxTimerMs);
  requireInteger('memoryBytes', resolved.memoryBytes, minMemoryBytes, Number.MAX_SAFE_INTEGER);
  requireNumber('idleTimeoutMs', resolved.idleTimeoutMs, 0, maxTimerMs);
  requireInteger('inspectPort', resolved.inspectPort, 0, 65_535);
  requireNumber('gracePeriodMs', resolved.gracePeriodMs, 0, maxTimerMs);
  return resolved;
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    rejectOption(name, value, `a whole number from ${min} to ${max}`);
}

function requireNumber(name: string, value: number, min: number, max: number): void {
  if (!(typeof value === 'number' && value >= min && value <= max))
    rejectOption(name, value, `a number from ${min} to ${max}`);
}

function rejectOption(name: string, value: unknown, rule: string): never {
  throw new TypeError(`Expected \`${name}\` to be ${rule}, got ${formatValue(value)}.`);
}
