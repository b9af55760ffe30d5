import type { ModelRoute } from 'millrace/shared/types/server-info.js';
import { type ModelSettings } from './model-settings.js';
/** The model that was used. On the endpoint route, `name` is the endpoint's name for the model. */
export interface RanModel {
    readonly name: string;
    readonly route: ModelRoute;
}
/** A task run's access to models. It contains the module's model settings and the model that the module opened. */
export declare class ModelAccess {
    readonly settings: ModelSettings;
    /** The opened model, which is stored with the output, or `undefined` if the module has not opened one. */
    ran: RanModel | undefined;
    constructor(settings?: ModelSettings);
}
