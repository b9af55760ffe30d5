import type { Settings } from './settings/config.js';
import type { EngineContext } from './engine/engine-context.js';
import type { Logger } from './system/logger.js';
import type { SemanticSearchTools } from './search/semantic/semantic-search.js';
interface OpenSemanticSearch {
    readonly tools: SemanticSearchTools;
    close(): Promise<void>;
}
/**
 * Opens semantic search. Queries are embedded in separate processes, so they do not wait behind steps that are already running.
 */
export declare function openSemanticSearch(context: EngineContext, settings: Settings, logger: Logger): OpenSemanticSearch;
export {};
