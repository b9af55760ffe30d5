import { RunnerError } from './runner-error.js';
import type { StderrTail } from './stderr-tail.js';
export declare const diskFullMessage = "the server's disk is full; free up some space, then resume the run";
export declare function tookTooLong(deadlineMs: number): RunnerError;
export declare function startedTooSlowly(startMs: number): RunnerError;
export declare function ranOutOfMemory(memoryBytes: number, detail?: string): RunnerError;
export declare function diedBeforeTask({ code, message, detail }: RunnerError, processes: number): RunnerError;
export declare function runnerClosed(): RunnerError;
/** Explains the exit of a process that the runner did not stop. */
export declare function explainExit(exit: {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}, stderr: StderrTail, memoryBytes: number): RunnerError;
