import { isPlainObject } from '../../shared/rules/class-of.js';

/** Maximum number of items or fields to search in each argument. */
const maxItems = 1000;

/**
 * Finds the task runs that a call depends on. Searches each argument and its items or fields for the results of task runs and for the
 * promises of results. Primitive results are not found, because primitives have no identity.
 */
export class Dependencies {
  readonly #taskKeysByResult = new WeakMap<object, string>();

  /** Associates a result, or the promise of a result, with the key of its task run. Ignores primitives. */
  remember(value: unknown, key: string): void {
    if (isObject(value)) this.#taskKeysByResult.set(value, key);
  }

  /** Returns the keys of the task runs that a call depends on. @param after The `after` option: promises, results or keys. */
  findForCall(args: readonly unknown[], after: readonly unknown[]): string[] {
    const keys = after.filter((item) => typeof item === 'string');
    return [...new Set([...this.findIn(args), ...this.findIn(after), ...keys])];
  }

  /** Returns the keys of the task runs whose results or promises are among the values, their items or their fields. */
  findIn(values: readonly unknown[]): string[] {
    const keys = new Set<string>();
    for (const value of values) {
      if (!isObject(value)) continue;
      this.#add(value, keys);
      for (const item of getItems(value)) this.#add(item, keys);
    }
    return [...keys];
  }

  #add(value: unknown, keys: Set<string>): void {
    const key = isObject(value) ? this.#taskKeysByResult.get(value) : undefined;
    if (key !== undefined) keys.add(key);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function getItems(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, maxItems) as unknown[];
  if (!isPlainObject(value)) return [];
  // getters are not called, because the search must have no side effects
  return Object.keys(value)
    .slice(0, maxItems)
    .map((name) => Object.getOwnPropertyDescriptor(value, name)?.value as unknown);
}
