import type { RunOptions } from '../types/local-run.js';
import type { ActiveRun } from './active-run.js';
import type { ActiveTask } from './active-task.js';
import type { Context } from './context.js';
import type { Definition } from '../definition.js';
/** Runs a flow, pipeline or task as a child of the current run. The parent gets a task run whose work is the child run. */
export declare function callChild<Args extends readonly unknown[], Result>({ run }: Context, def: Definition<Args, Result>, args: Args, options: RunOptions, after: readonly string[]): Promise<Result>;
/** Executes a child run as a task run's work. Resumes the child if an earlier execution of the parent started it. */
export declare function openChild<Args extends readonly unknown[], Result>(parent: ActiveRun, attempt: ActiveTask, def: Definition<Args, Result>, args: Args, options: RunOptions): Promise<Result>;
