import type { CallOptions } from './types/local-run.js';
import type { Task } from './types/task.js';
import { type Definition } from './definition.js';
/** Creates the function that users call to run a task or a flow, and adds its methods. */
export declare function callable<Args extends readonly unknown[], Result>(def: Definition<Args, Result>, options: CallOptions, call: (args: Args, options: CallOptions) => Promise<Result>): Task<Args, Result>;
/** Returns the call's own promise, or a rejected promise if the call throws. */
export declare function toPromise<T>(call: () => Promise<T>): Promise<T>;
