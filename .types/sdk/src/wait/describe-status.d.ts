import type { RunStatus } from '../shared/runs/run-status.js';
/** Describes a failed run: the file, the module, the server's error message and the request id. */
export declare function describeFailure(status: RunStatus, label: string): string;
/** Describes a run's state, for the error message when a wait times out. */
export declare function describeProgress(status: RunStatus | undefined): string;
