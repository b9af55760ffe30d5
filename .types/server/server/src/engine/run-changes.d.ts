import type { Db } from '../store/db/db.js';
import { type RunChange } from './notify-run.js';
type Listener = (change: RunChange | 'reconnected') => void;
/** Dispatches announced run changes to listeners, using a single LISTEN for the whole server. */
export declare class RunChanges {
    #private;
    static open(db: Db): Promise<RunChanges>;
    /**
     * Calls the listener on every change to a run. It is also called after a reconnection, because changes may have been missed.
     */
    watch(runId: string, listener: Listener): () => void;
    /** Calls the listener on every change to any run, and after a reconnection. */
    watchAll(listener: Listener): () => void;
    close(): Promise<void>;
}
export {};
