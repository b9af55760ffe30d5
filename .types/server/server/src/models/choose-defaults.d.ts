import type { ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { ModelSettings } from '../module-contract/model-settings.js';
/**
 * Returns each module's default model: the catalogue's default if it can run, otherwise the first other model that can run, and
 * otherwise the built-in model. The defaults are chosen once, at server startup, so that installing a model later does not change
 * the results of identical calls. For example, vectors from different models cannot be compared.
 */
export declare function chooseDefaults(modules: readonly ModuleDefinition[], settingsOf: (module: string) => ModelSettings): Promise<ReadonlyMap<string, string>>;
