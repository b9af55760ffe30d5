/** Waits for the given time. Rejects with the signal's reason if the signal is aborted. Leaves no listener behind. */
export declare function sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
