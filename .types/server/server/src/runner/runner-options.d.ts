import { type ModelSettings } from '../module-contract/model-settings.js';
/** Settings for the child-process pool. */
export interface RunnerOptions {
    /**
     * Maximum number of concurrent tasks and child processes.
     *
     * @default the number of CPUs
     */
    readonly concurrency?: number;
    /**
     * Timeout for a module to process one file, in milliseconds.
     *
     * @default 600_000
     */
    readonly deadlineMs?: number;
    /**
     * The memory limit for a module's process and for each process that it starts, in bytes. On systems other than Linux, it
     * applies only to the JavaScript heap, not to buffers and native memory.
     *
     * @default 2 GiB
     */
    readonly memoryBytes?: number;
    /**
     * How long an idle process and its loaded modules are kept for the next task, in milliseconds.
     *
     * @default 60_000
     */
    readonly idleMs?: number;
    /**
     * How long to wait between aborting a module's signal and killing its process, in milliseconds.
     *
     * @default 200
     */
    readonly graceMs?: number;
    /**
     * Modules loaded from files, by name. Each value is the absolute path of an ES module that exports `run`. These modules
     * override built-in ones.
     */
    readonly moduleFiles?: Readonly<Record<string, string>>;
    /** The configuration file that defines custom modules, and their names. */
    readonly config?: {
        readonly path: string;
        readonly modules: readonly string[];
    };
    /**
     * Returns a module's model settings.
     *
     * @default only built-in models
     */
    readonly models?: (module: string) => ModelSettings;
    /**
     * The port for Node's inspector on 127.0.0.1. If set, the pool has only one process and no deadline, because a debugger may
     * pause the module.
     *
     * @default 0, which disables the inspector
     */
    readonly inspectPort?: number;
    /** Environment variables for modules, in addition to those passed on by `childEnvironment`. */
    readonly env?: Readonly<Record<string, string>>;
}
/**
 * Validates the options and fills in defaults.
 *
 * @throws `TypeError` for the first invalid option.
 */
export declare function completeOptions(options: RunnerOptions): Required<RunnerOptions>;
