import type { ModelSettings } from '../module-contract/model-settings.js';
import type { ModuleSource } from './messages.js';
import type { RunnerListeners, RunnerResult, RunnerTask } from './runner.js';
import { RunnerError } from './runner-error.js';
interface ModuleProcessOptions {
    readonly memoryBytes: number;
    readonly env: Readonly<Record<string, string>>;
    /** The port for Node's inspector, or 0 to disable the inspector. */
    readonly inspectPort: number;
}
/**
 * A child process that runs one task at a time.
 *
 * An execution settles only once its process has become idle or has ended. The caller can then delete the scratch directory,
 * because nothing writes to it anymore.
 */
export declare class ModuleProcess {
    #private;
    /** Resolves once the process and its descendants have ended. Never rejects. */
    readonly gone: Promise<void>;
    /** Resolves once the process accepts tasks or has ended. */
    readonly ready: Promise<void>;
    /** @throws If starting the process fails synchronously. Later failures reject the first execution. */
    constructor({ memoryBytes, env, inspectPort }: ModuleProcessOptions);
    get pid(): number | undefined;
    /** Whether the process can accept a task. */
    get usable(): boolean;
    /**
     * Runs the task once the process is ready.
     *
     * @throws `ModuleError`, `RunnerError`, `NotBegunError`, or the reason passed to `stop`.
     */
    execute(task: RunnerTask, { source, models }: {
        source: ModuleSource | undefined;
        models: ModelSettings;
    }, listeners: Required<RunnerListeners>): Promise<RunnerResult>;
    /**
     * Ends the execution with this reason. Aborts the module's signal, then kills the process after `graceMs`, or immediately if
     * `graceMs` is 0. The process is not reused.
     */
    stop(reason: unknown, graceMs: number): void;
    /** Kills the process because of this error. If the process has begun a task, the task fails with the same error. */
    fail(error: RunnerError): void;
    /** Kills the process and its descendants. */
    kill(): void;
}
export {};
