import type { EngineContext } from './engine-context.js';
/**
 * Starts a sweep every `intervalMs`, unless a sweep is still running.
 *
 * @returns A function that stops the sweeper and waits for the current sweep.
 */
export declare function startSweeper(context: EngineContext, intervalMs: number, onError: (error: unknown) => void): () => Promise<void>;
