import type { ModelRoute } from 'millrace/shared/types/server-info.js';
import { builtinOnly, type ModelSettings } from './model-settings.js';

/** The model that was used, by the name it has on its route. */
export interface RanModel {
  readonly name: string;
  readonly route: ModelRoute;
}

/** A task run's access to models: its module's settings, and a record of the model that it opened. */
export class ModelAccess {
  readonly settings: ModelSettings;
  /** The opened model, recorded with the output. `undefined` if the module has not opened a model. */
  ran: RanModel | undefined;

  constructor(settings: ModelSettings = builtinOnly('')) {
    this.settings = settings;
  }
}
