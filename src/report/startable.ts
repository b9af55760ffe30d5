import { definitionKey } from '../flow/definition.js';
import type { LocalPipeline } from '../flow/types/local-pipeline.js';
import type { Flow, Task } from '../flow/types/task.js';

/** A task, flow or pipeline that a worker can execute. */
export type Startable = Task | Flow | LocalPipeline;

/**
 * Returns whether a value is a task, flow or pipeline that a worker can execute. Use this to collect the definitions that a file exports.
 *
 * @example
 * ```ts
 * import { isStartable, task } from 'millrace';
 *
 * const exported = { double: task('double', (n: number) => n * 2), limit: 3 };
 * const definitions = Object.values(exported).filter(isStartable);
 * ```
 */
export function isStartable(value: unknown): value is Startable {
  // a run's handle also has a definition, but cannot be started
  return isNamed(value) && definitionKey in value && 'start' in value;
}

/** Returns whether a value is an object or function whose `name` is a string. */
export function isNamed(value: unknown): value is object {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as { name?: unknown }).name === 'string';
}
