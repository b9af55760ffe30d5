import type { Json } from '../shared/types/json.js';
import type { ActiveRun } from './running/active-run.js';

/** What can be run: a pipeline, a flow or a task, with how it reads and records what it is given. */
export interface Definition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly name: string;
  readonly version: string | null;
  readonly isVerbose: boolean;
  /** The arguments as the record shows them. */
  record(args: Args): Json;
  /** The reverse, for a run that goes on. */
  restore(input: Json): Args;
  /** The body of a run. */
  body(run: ActiveRun, args: Args): Promise<Result> | Result;
}

/** The key under which what users hold gives its definition: for `resume` and for nobody else. */
export const definition = Symbol('millrace.definition');

export interface Defined<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly [definition]: Definition<Args, Result>;
}
