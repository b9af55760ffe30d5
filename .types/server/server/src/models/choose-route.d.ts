import type { ModelSpec } from 'millrace/shared/modules/catalogue.js';
import type { ModelInfo } from 'millrace/shared/types/server-info.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { EndpointSettings, ModelSettings } from '../module-contract/model-settings.js';
import { type KnownModel, type Precision } from './known-models.js';
/** How a model runs on this server, or the reason why it cannot. */
export type Route = {
    readonly route: 'builtin';
} | {
    readonly route: 'endpoint';
    readonly endpoint: EndpointSettings;
    readonly upstream: string;
} | {
    readonly route: 'transformers';
    readonly folder: string;
    readonly precision: Precision;
    /** Whether the model must be downloaded first. */
    readonly download: boolean;
} | {
    readonly route: null;
    readonly reason: string;
};
/**
 * Chooses a model's route. In order of precedence, the routes are a built-in model with this name, the module's endpoint, the
 * model directory, and a download if allowed. The choice is fast because it depends only on settings and file names.
 *
 * @param quantize The value of the module's `quantize` parameter, if it has one.
 */
export declare function chooseRoute(task: ModelTask, name: string, settings: ModelSettings, quantize?: unknown): Promise<Route>;
/** Returns a model's route if it can run on this server, otherwise the reason why not and how to fix it. */
export declare function modelAvailability(module: string, { name, params }: ModelSpec, settings: ModelSettings): Promise<Pick<ModelInfo, 'available' | 'route' | 'reason'>>;
/** Returns the smallest acceptable precision available in the repository. */
export declare function precisionToFetch({ precisions }: KnownModel, acceptable: readonly Precision[]): Precision;
