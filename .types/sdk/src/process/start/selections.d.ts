import type { Issues } from '../../options/issues.js';
import { type ModuleDefinition } from '../../shared/modules/catalogue.js';
import type { Json } from '../../shared/types/json.js';
import type { Limits } from '../../shared/types/limits.js';
export type FindModule = (name: string) => ModuleDefinition | undefined;
/** The model and all parameters for one module. */
interface Selection {
    model: string;
    params: Record<string, Json>;
}
/** The selection for one module. If the model is omitted, the server uses its default. */
interface PartialSelection {
    model?: string;
    params: Record<string, Json>;
}
/**
 * Adds an issue for each invalid module selection.
 *
 * @param isComplete Whether `find` covers all modules and models. If false, unknown modules and models are accepted.
 */
export declare function checkSelections(chain: readonly string[], modules: unknown, find: FindModule, limits: Limits, issues: Issues, isComplete: boolean): void;
/**
 * Returns only the explicit selections, by position. `modules` must have passed {@link checkSelections}. The server adds the
 * default models set by its operator.
 */
export declare function explicitSelections(chain: readonly string[], modules: object | undefined): Record<string, PartialSelection>;
/** Returns every module's selection, starting with `module_1`. `modules` must have passed {@link checkSelections}. */
export declare function completeSelections(chain: readonly string[], modules: object | undefined, find: FindModule): {
    [k: string]: Selection;
};
/** Checks the window sizes for the `fixed` parser model: each window must end after the previous one. */
export declare function checkParserParams(params: Readonly<Record<string, unknown>>, limits: Limits): string | undefined;
export {};
