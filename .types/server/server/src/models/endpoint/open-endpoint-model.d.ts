import type { Route } from '../choose-route.js';
import type { Models, ModelTask } from '../../module-contract/model-interfaces.js';
/** Opens a model behind an OpenAI-compatible endpoint. No request is sent until the model is first used. */
export declare function openEndpointModel<T extends ModelTask>(task: T, name: string, { endpoint, upstream }: Extract<Route, {
    route: 'endpoint';
}>, signal: AbortSignal): Models[T];
