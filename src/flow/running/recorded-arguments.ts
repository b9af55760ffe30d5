import { keepAsJson, restoreFromJson } from '../../shared/rules/json-record.js';
import type { Json } from '../../shared/types/json.js';

/** The arguments of a call as a run's input: one by itself, several as an array. An array by itself is put into one. */
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
