import type { ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { CustomModule } from './custom-module.js';
/**
 * Creates a custom module's definition for the catalogue.
 *
 * @throws `TypeError` if its parameters are not a zod 4 `z.object(…)`.
 */
export declare function describeCustomModule(module: CustomModule): ModuleDefinition;
