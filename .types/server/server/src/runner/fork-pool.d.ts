import type { Runner } from './runner.js';
import { type RunnerOptions } from './runner-options.js';
/**
 * Creates a runner with a pool of child processes, which are reused for later tasks. Tasks beyond `concurrency` are queued in
 * FIFO order.
 *
 * @throws `TypeError` for an invalid option.
 */
export declare function createRunner(options?: RunnerOptions): Runner;
