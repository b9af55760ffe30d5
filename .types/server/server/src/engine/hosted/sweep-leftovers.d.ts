import type { Logger } from '../../system/logger.js';
import type { EngineContext } from '../engine-context.js';
/**
 * Removes the files that a crash left behind in the data directory: partial files, and complete files that no row references.
 * Sweeps immediately and then every `ageMs`.
 *
 * @param ageMs The minimum age of the files to remove, in milliseconds. It must exceed the duration of any upload or step.
 * @returns A function that stops the sweeps and waits for the current one.
 */
export declare function startLeftoverSweep(context: EngineContext, dataDir: string, ageMs: number, logger: Logger): () => Promise<void>;
