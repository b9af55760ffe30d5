import type { RunOptions } from '../types/local-run.js';
import type { ResumePoint } from '../../shared/runs/run-event.js';
import { ActiveHandle } from './active-handle.js';
import { ActiveRun } from './active-run.js';
import type { Definition } from '../definition.js';
/** Starts a run, or resumes a saved one. */
export declare function openRun<Args extends readonly unknown[], Result>(def: Definition<Args, Result>, args: Args, options: RunOptions, { parent, saved }?: {
    parent?: ActiveRun;
    saved?: ResumePoint | undefined;
}): ActiveHandle<Result>;
