import { RunFailedError } from '../../errors/run-failed-error.js';
import type { ActiveRun } from './active-run.js';
export type Outcome<T> = {
    readonly value: T;
} | {
    readonly failure: RunFailedError;
};
/** Executes a run from its first to its last event. Never rejects. */
export declare function execute<T>(run: ActiveRun, body: () => T | Promise<T>): Promise<Outcome<T>>;
