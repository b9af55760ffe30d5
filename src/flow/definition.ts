import { toRestorableJson, restoreFromJson } from '../shared/rules/json-record.js';
import type { Json } from '../shared/types/json.js';
import { digestArguments, digestKey, type CallDigest } from './resuming/digest.js';
import type { ActiveRun } from './running/active-run.js';

/** How to run a pipeline, flow or task, and how to record and restore its arguments. */
export interface Definition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly name: string;
  readonly version: string | null;
  readonly isVerbose: boolean;
  /** Converts the arguments to the input stored in the run's record. */
  record(args: Args): Json;
  /** Converts a recorded input back to arguments when a run is resumed. */
  restore(input: Json): Args;
  /** Returns the digest that identifies a call when the enclosing run is resumed. */
  digest(args: Args): CallDigest;
  /** Returns a digest of the steps. Set only for pipelines. */
  readonly stepsDigest?: () => string;
  /** Performs the run's work. */
  body(run: ActiveRun, args: Args): Promise<Result> | Result;
}

/** The internal key under which a pipeline, flow or task stores its definition for `resume`. */
export const definition = Symbol('millrace.definition');

/** An object with a definition: a pipeline, flow or task, or the handle of a run. */
export interface Defined<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly [definition]: Definition<Args, Result>;
}

/**
 * Returns the input to record for a call's arguments: `null` if there are no arguments, the argument itself if it is the only one and is
 * not an array, `null` or `undefined`, or an array of all arguments in any other case.
 */
export function recordArguments(args: readonly unknown[]): Json {
  const [first] = args;
  const isSingleValue = args.length === 1 && !Array.isArray(first) && first !== null && first !== undefined;
  return args.length === 0 ? null : toRestorableJson(isSingleValue ? first : args);
}

/** Reverses {@link recordArguments}. @throws `TypeError` if an argument could not be stored as JSON. */
export function restoreArguments(input: Json): readonly unknown[] {
  const restored = restoreFromJson(input);
  if (Array.isArray(restored)) return restored as unknown[];
  return restored === null ? [] : [restored];
}

/** Returns a function that digests a call's arguments, or the result of the user's `key` function if there is one. */
export function createDigest<Args extends readonly unknown[]>(
  name: string,
  key: ((...args: Args) => string) | undefined,
): (args: Args) => CallDigest {
  return key ? (args) => digestKey(key(...args), name) : digestArguments;
}
