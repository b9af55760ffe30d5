import { availableParallelism } from 'node:os';
import { builtinOnly, type ModelSettings } from '../module-contract/model-settings.js';

/** Settings of the pool of child processes. */
export interface RunnerOptions {
  /**
   * The maximum number of concurrent modules, and of processes.
   *
   * @default the number of processors
   */
  readonly concurrency?: number;
  /**
   * The deadline of one module on one file, in milliseconds.
   *
   * @default 600_000
   */
  readonly deadlineMs?: number;
  /**
   * The memory limit of a module's process and of each program that it starts, in bytes. On systems other than Linux it only
   * limits the JavaScript heap, not buffers and native memory.
   *
   * @default 2 GiB
   */
  readonly memoryBytes?: number;
  /**
   * Milliseconds that an idle process is kept for the next task, with its loaded modules.
   *
   * @default 60_000
   */
  readonly idleMs?: number;
  /**
   * Milliseconds between aborting a module's signal and killing its process.
   *
   * @default 200
   */
  readonly graceMs?: number;
  /**
   * Modules from files: the absolute path of an ES module that exports `run`, by name. They override built-in modules.
   */
  readonly moduleFiles?: Readonly<Record<string, string>>;
  /** The configuration file of custom modules, and their names. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
  /**
   * Returns the model settings of a module.
   *
   * @default only builtin models
   */
  readonly models?: (module: string) => ModelSettings;
  /**
   * The port of Node's inspector on 127.0.0.1. A debugger may pause a module, so there is only one process and no deadline.
   * @default 0, no inspector
   */
  readonly inspectPort?: number;
  /**
   * Environment variables for the modules, in addition to those that `childEnvironment` passes on.
   */
  readonly env?: Readonly<Record<string, string>>;
}

const MiB = 2 ** 20;
/** Node.js alone needs about 60 MB. */
const minMemory = 128 * MiB;
/** A longer timer fires immediately. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks the options and fills in defaults.
 *
 * @throws `TypeError` that names the first invalid option.
 */
export function completeOptions(options: RunnerOptions): Required<RunnerOptions> {
  const complete = {
    concurrency: availableParallelism(),
    deadlineMs: 600_000,
    memoryBytes: 2048 * MiB,
    idleMs: 60_000,
    graceMs: 200,
    moduleFiles: {},
    config: { path: '', modules: [] },
    models: builtinOnly,
    env: {},
    inspectPort: 0,
    ...options,
    ...(options.inspectPort && { concurrency: 1, deadlineMs: maxTimerMs }),
  };
  requireInteger('concurrency', complete.concurrency, 1, 1024);
  requireNumber('deadlineMs', complete.deadlineMs, 1, maxTimerMs);
  requireInteger('memoryBytes', complete.memoryBytes, minMemory, Number.MAX_SAFE_INTEGER);
  requireNumber('idleMs', complete.idleMs, 0, maxTimerMs);
  requireInteger('inspectPort', complete.inspectPort, 0, 65_535);
  requireNumber('graceMs', complete.graceMs, 0, maxTimerMs);
  return complete;
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    refuse(name, value, `a whole number from ${min} to ${max}`);
}

function requireNumber(name: string, value: number, min: number, max: number): void {
  if (!(typeof value === 'number' && value >= min && value <= max))
    refuse(name, value, `a number from ${min} to ${max}`);
}

function refuse(name: string, value: unknown, rule: string): never {
  throw new TypeError(`Expected \`${name}\` to be ${rule}, got ${String(value)} (${typeof value}).`);
}
