import { type Clock } from './system/clock.js';
import { type Settings } from './settings/config.js';
import type { EngineContext } from './engine/engine-context.js';
import { RunChanges } from './engine/run-changes.js';
import type { Logger } from './system/logger.js';
import type { SemanticSearchTools } from './search/semantic/semantic-search.js';
import { type OpenDatabase } from './store/open-database.js';
interface OpenEngine {
    readonly context: EngineContext;
    readonly changes: RunChanges;
    readonly db: OpenDatabase;
    /** The names of custom modules. */
    readonly customModules: readonly string[];
    readonly semantic: SemanticSearchTools;
    close(): Promise<void>;
}
export interface EngineOptions {
    readonly clock?: Clock;
    /** Called if the store stops unexpectedly. */
    readonly onFailure?: (error: Error) => void;
}
/** Opens everything needed to execute runs, starts the sweepers, and starts a worker if the settings enable it. */
export declare function openEngine(settings: Settings, logger: Logger, options?: EngineOptions): Promise<OpenEngine>;
export {};
