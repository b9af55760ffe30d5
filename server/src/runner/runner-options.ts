import { availableParallelism } from 'node:os';
import { builtinOnly, type ModelSettings } from '../module-contract/model-settings.js';

/** Settings of the pool of child processes. */
export interface RunnerOptions {
  /**
   * Modules at the same time, and the most processes there ever are.
   * @default the number of processors
   */
  readonly concurrency?: number;
  /**
   * Milliseconds that one module may take on one file.
   * @default 600_000
   */
  readonly deadlineMs?: number;
  /**
   * Bytes of memory that a module's process, and each program it starts, may use. Outside Linux only JavaScript's own
   * heap is limited, not buffers and native memory.
   * @default 2 GiB
   */
  readonly memoryBytes?: number;
  /**
   * Milliseconds that a process without work is kept for the next task, with what it has loaded.
   * @default 60_000
   */
  readonly idleMs?: number;
  /**
   * Milliseconds between telling a module to stop (through its context's signal) and killing it.
   * @default 200
   */
  readonly graceMs?: number;
  /**
   * Modules from files: name to absolute path of an ES module that exports `run`. They go before the built-in ones.
   */
  readonly moduleFiles?: Readonly<Record<string, string>>;
  /** A configuration file with modules of the operator's own, and their names. */
  readonly config?: { readonly path: string; readonly modules: readonly string[] };
  /**
   * Where the models of each module come from.
   * @default nothing but builtin models
   */
  readonly models?: (module: string) => ModelSettings;
  /**
   * Port on 127.0.0.1 of Node's inspector. A debugger may stop a module for as long as it likes, so there is one process and no
   * deadline.
   * @default 0, no inspector
   */
  readonly inspectPort?: number;
  /**
   * Environment variables for the modules, on top of the few of the server's that every program needs.
   */
  readonly env?: Readonly<Record<string, string>>;
}

const MiB = 2 ** 20;
/** Node alone needs about 60 MB. */
const leastMemory = 128 * MiB;
/** A longer timer fires at once. */
const longestTimer = 2 ** 31 - 1;

/** @throws `TypeError` that names the first option that is not what it must be. */
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
    ...(options.inspectPort && { concurrency: 1, deadlineMs: longestTimer }),
  };
  requireInteger('concurrency', complete.concurrency, 1, 1024);
  requireNumber('deadlineMs', complete.deadlineMs, 1, longestTimer);
  requireInteger('memoryBytes', complete.memoryBytes, leastMemory, Number.MAX_SAFE_INTEGER);
  requireNumber('idleMs', complete.idleMs, 0, longestTimer);
  requireInteger('inspectPort', complete.inspectPort, 0, 65_535);
  requireNumber('graceMs', complete.graceMs, 0, longestTimer);
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
