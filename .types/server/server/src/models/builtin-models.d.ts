import type { Models, ModelTask } from '../module-contract/model-interfaces.js';
export declare function isBuiltin(task: ModelTask, name: string): boolean;
/** Returns the built-in model that is used for a task if no other model is available. */
export declare function firstBuiltin(task: ModelTask): string | undefined;
export declare function loadBuiltin<T extends ModelTask>(task: T, name: string): Promise<Models[T]>;
