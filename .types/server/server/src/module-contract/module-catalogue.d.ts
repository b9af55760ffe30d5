import { type ModuleDefinition } from 'millrace/shared/modules/catalogue.js';
import type { Json } from 'millrace/shared/types/json.js';
/** All modules whose names this server recognises, including those that it cannot run. */
export interface ModuleCatalogue {
    readonly all: readonly ModuleDefinition[];
    find(name: string): ModuleDefinition | undefined;
    /** Returns why a custom module's schema rejects the parameters, or `undefined` if they are valid. */
    checkParams(name: string, params: Readonly<Record<string, Json>>): string | undefined;
}
/** The part of a custom module that the catalogue needs. */
export interface CustomModuleDefinition {
    readonly definition: ModuleDefinition;
    checkParams(params: Readonly<Record<string, Json>>): string | undefined;
}
/**
 * Creates a catalogue of the built-in and custom modules.
 *
 * @param defaults The default models configured by the operator, by module name.
 */
export declare function moduleCatalogue(custom?: readonly CustomModuleDefinition[], defaults?: ReadonlyMap<string, string>): ModuleCatalogue;
