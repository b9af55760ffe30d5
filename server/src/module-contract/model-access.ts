import type { ModelRoute } from 'millrace/shared/types/server-info.js';
import { builtinOnly, type ModelSettings } from './model-settings.js';

/** The model that did the work, under the name that whoever ran it knows it by. */
export interface RanModel {
  readonly name: string;
  readonly route: ModelRoute;
}

/** A task run's way to models: what is configured for its module, and which model was opened in the end. */
export class ModelAccess {
  readonly settings: ModelSettings;
  /** Recorded with the output; nothing when the module opened no model. */
  ran: RanModel | undefined;

  constructor(settings: ModelSettings = builtinOnly('')) {
    this.settings = settings;
  }
}
