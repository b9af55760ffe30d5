import type { Route } from '../choose-route.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
/**
 * Opens a model that runs in this process. Call this only in a process that can be killed, because native code cannot be
 * interrupted.
 */
export declare function openLocalModel<T extends ModelTask>(task: T, name: string, { folder, precision }: Extract<Route, {
    route: 'transformers';
}>): Promise<Models[T]>;
