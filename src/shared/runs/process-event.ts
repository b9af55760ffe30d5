import type { ModuleName } from '../modules/module.js';
import type { RunStatus } from './run-status.js';

/** What happens to a run, in order. The last event is `succeeded` or `failed`. */
export type ProcessEvent<C extends readonly ModuleName[] = readonly ModuleName[]> =
  | { type: 'uploaded'; requestId: string; fileId: string }
  /** Something else about the run changed: it started, or a module got further. */
  | { type: 'progress'; status: RunStatus<C[number]> }
  /** `position` is 1-based. */
  | { type: 'module-done'; module: C[number]; position: number; of: number }
  | { type: 'succeeded'; status: RunStatus<C[number]> }
  /** Also a run that was cancelled or that crashed; `error` is the `ProcessFailedError` that `wait()` throws. */
  | { type: 'failed'; status: RunStatus<C[number]>; error: Error };
