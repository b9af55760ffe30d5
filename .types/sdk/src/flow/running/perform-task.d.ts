import type { ActiveRun } from './active-run.js';
import { type TaskSpec } from './try-once.js';
/** Starts a task in a run. If nothing awaits the task, its failure is recorded and causes no unhandled rejection. */
export declare function startTask<T>(run: ActiveRun, spec: TaskSpec<T>): Promise<T>;
/**
 * Creates a task run, unless the run already has it.
 *
 * @returns The number of attempts in earlier executions of the run, and whether the task has already been completed.
 */
export declare function createTask(run: ActiveRun, key: string, { name, version, after }: Pick<TaskSpec, 'name' | 'version' | 'after'>): {
    isCompleted: boolean;
    attempts: number;
};
