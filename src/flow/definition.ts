import { keepAsJson, restoreFromJson } from '../shared/rules/json-record.js';
import type { Json } from '../shared/types/json.js';
import type { ActiveRun } from './running/active-run.js';

/** What can be run: a pipeline, a flow or a task, with how its arguments are recorded and restored. */
export interface Definition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly name: string;
  readonly version: string | null;
  readonly isVerbose: boolean;
  /** Returns the arguments as the run's input in its record. */
  record(args: Args): Json;
  /** The reverse of `record`, for a run that is resumed. */
  restore(input: Json): Args;
  /** The work of a run. */
  body(run: ActiveRun, args: Args): Promise<Result> | Result;
}

/** The key of the definition of a user's pipeline, flow or task. Internal: `resume` reads it. */
export const definition = Symbol('millrace.definition');

export interface Defined<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly [definition]: Definition<Args, Result>;
}

/** Returns the arguments of a call as a run's input: a single one as itself, several as an array. A single array is wrapped in one. */
export function recordArguments(args: readonly unknown[]): Json {
  const [first] = args;
  const isAlone = args.length === 1 && !Array.isArray(first);
  return args.length === 0 ? null : keepAsJson(isAlone ? first : args);
}

/** @throws `TypeError` when an argument was not JSON. */
export function restoreArguments(input: Json): readonly unknown[] {
  const restored = restoreFromJson(input);
  if (Array.isArray(restored)) return restored as unknown[];
  return restored === null ? [] : [restored];
}
