import { isPlainObject } from '../../shared/rules/class-of.js';

/** Maximum number of items or fields to search in each argument. */
const maxItems = 1000;

/**
 * Finds the task runs that a call depends on. Searches each argument, its items and its fields for the results of task runs and the
 * promises of these results. Only objects are found, because primitives have no identity.
 */
export class Dependencies {
  readonly #sources = new WeakMap<object, string>();

  /** Records the key of the task run that a result, or the promise of a result, belongs to. */
  remember(value: unknown, key: string): void {
    if (isObject(value)) this.#sources.set(value, key);
  }

  /** Returns the keys of the task runs that a call depends on. @param extra The `after` option: values or keys. */
  findAll(args: readonly unknown[], extra: readonly unknown[]): string[] {
    const keys = extra.filter((item) => typeof item === 'string');
    return [...new Set([...this.find(args), ...this.find(extra), ...keys])];
  }

  /** Returns the keys of the task runs that returned these values, without duplicates. */
  find(values: readonly unknown[]): string[] {
    const keys = new Set<string>();
    for (const value of values) {
      if (!isObject(value)) continue;
      this.#add(value, keys);
      for (const item of getItems(value)) this.#add(item, keys);
    }
    return [...keys];
  }

  #add(value: unknown, keys: Set<string>): void {
    const key = isObject(value) ? this.#sources.get(value) : undefined;
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
