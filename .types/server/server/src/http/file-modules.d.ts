import type { Json } from 'millrace/shared/types/json.js';
import type { ModuleCatalogue } from '../module-contract/module-catalogue.js';
import type { FileRow } from '../store/tables/files.js';
/** Returns the model and parameters for each module in a file's chain, keyed by label. */
export declare function moduleChoices(file: FileRow, modules: ModuleCatalogue): Record<string, Json>;
/** Returns the metadata that each module recorded about its output, keyed by label. */
export declare function moduleFacts(file: FileRow, modules: ModuleCatalogue): Record<string, Json>;
