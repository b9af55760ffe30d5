import type { ProcessRequest } from 'millrace/shared/wire/requests.js';
import type { Selection } from '../../engine/hosted/reservation.js';
import type { ModuleCatalogue } from '../../module-contract/module-catalogue.js';
/**
 * Checks a chain and fills in the models and parameters that the request omits. Every model in the catalogue is accepted here.
 * When the module runs, the server checks whether it can run the model.
 *
 * @throws `EngineError` `validation` with the module, the expected value and the actual value.
 */
export declare function chooseModules(modules: ModuleCatalogue, chain: readonly string[], chosen: ProcessRequest['modules']): Selection[];
