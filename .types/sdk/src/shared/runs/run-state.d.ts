import type { RunState, TaskStatus } from './run-status.js';
/** The states of a run that has ended. */
export declare const finalRunStates: readonly ["completed", "failed", "cancelled", "crashed"];
export declare const runStates: readonly ["pending", "running", "retrying", "completed", "failed", "cancelled", "crashed"];
/** Returns whether a run or a task run has ended, successfully or not. */
export declare function isFinalState(state: TaskStatus['state']): boolean;
/** Returns the hosted protocol's term for a state. */
export declare function overallStatus(state: RunState): 'ongoing' | 'complete' | 'failed';
