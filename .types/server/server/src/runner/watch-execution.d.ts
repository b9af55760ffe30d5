import type { ModuleProcess } from './module-process.js';
interface ExecutionLimits {
    readonly deadlineMs: number;
    readonly memoryBytes: number;
    readonly graceMs: number;
}
/**
 * Stops an execution if it is aborted, exceeds its deadline or uses too much memory. The deadline starts once the process
 * accepts the task.
 *
 * @returns A function that stops watching.
 */
export declare function watchExecution(child: ModuleProcess, signal: AbortSignal, { deadlineMs, memoryBytes, graceMs }: ExecutionLimits): () => void;
export {};
