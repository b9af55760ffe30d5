import type { ModelRoute } from 'millrace/shared/types/server-info.js';
import { builtinOnly, type ModelSettings } from './model-settings.js';

/** The model that did the work, by the name that its route uses for it. */
export interface RanModel {
  readonly name: string;
  readonly route: ModelRoute;
}

/** Gives a task run access to models: the settings of its module, and a record of the model that it opened. */
export class ModelAccess {
  readonly settings: ModelSettings;
  /** The opened model, recorded with the output. `undefined` when the module opened none. */
  ran: RanModel | undefined;

  constructor(settings: ModelSettings = builtinOnly('')) {
    this.settings = settings;
  }
}
