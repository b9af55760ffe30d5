import { toRestorableJson, restoreFromJson } from '../shared/rules/json-record.js';
import type { Json } from '../shared/types/json.js';
import { digestArguments, digestKey, type CallDigest } from './resuming/digest.js';
import type { ActiveRun } from './running/active-run.js';

/** Describes how to run a pipeline, flow or task, and how to record and restore its arguments. */
export interface Definition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly kind: 'pipeline' | 'flow' | 'task';
  readonly name: string;
  readonly version: string | null;
  readonly isVerbose: boolean;
  /** Converts the arguments to the input stored in the run's record. */
  toRecordedInput(args: Args): Json;
  /** Converts a recorded input back to arguments. */
  restoreArguments(input: Json): Args;
  /** Returns the digest that identifies a call when the enclosing run is resumed. */
  digest(args: Args): CallDigest;
  /** Returns a digest of the pipeline's steps. Absent for tasks and flows. */
  readonly stepsDigest?: () => string;
  /** Performs the run's work. */
  perform(run: ActiveRun, args: Args): Promise<Result> | Result;
}

/** The key under which a pipeline, flow, task or run handle stores its definition. */
export const definitionKey = Symbol('millrace.definition');

/** An object with a definition, such as a pipeline, flow or task. */
export interface WithDefinition<Args extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly [definitionKey]: Definition<Args, Result>;
}

/**
 * Returns the input to record for a call: `null` if there are no arguments, the argument itself if there is only one, or otherwise an array
 * of the arguments. A single argument that is an array, `null` or `undefined` is recorded inside an array, so that it can be restored.
 */
export function toRecordedInput(args: readonly unknown[]): Json {
  const [value] = args;
  const isSingleValue = args.length === 1 && !Array.isArray(value) && value !== null && value !== undefined;
  return args.length === 0 ? null : toRestorableJson(isSingleValue ? value : args);
}

/** Reverses {@link toRecordedInput}. @throws `TypeError` if an argument could not be stored as JSON. */
export function restoreArguments(input: Json): readonly unknown[] {
  const restored = restoreFromJson(input);
  if (Array.isArray(restored)) return restored as unknown[];
  return restored === null ? [] : [restored];
}

/** Returns a function that digests a call's arguments or, if the user set `key`, the result of `key`. */
export function createDigestFunction<Args extends readonly unknown[]>(
  name: string,
  key: ((...args: Args) => string) | undefined,
): (args: Args) => CallDigest {
  return key ? (args) => digestKey(key(...args), name) : digestArguments;
}
