import type { ProcessEvent, WaitOptions } from '../shared/types/process.js';
import type { RunStatus } from '../shared/runs/run-status.js';
import type { RunFeed } from './run-feed.js';
export interface WaitTarget {
    readonly requestId: string;
    readonly fileId: () => string | undefined;
    readonly label: string;
}
type EndOptions = Pick<WaitOptions, 'signal' | 'timeout' | 'waitTimeout' | 'pollInterval' | 'maxPollInterval'> & {
    readonly wantsOutput?: boolean;
};
/**
 * Waits until a run ends, in any state, and returns its record.
 *
 * @param onEvent Called for each event. If it throws, the wait rejects with that error, unchanged.
 * @throws `WaitTimeoutError`, the signal's reason, or the permanent error that stopped the polling.
 */
export declare function waitForEnd(feed: RunFeed, run: WaitTarget, options: EndOptions, onEvent: ((event: ProcessEvent) => void) | undefined): Promise<RunStatus>;
export {};
