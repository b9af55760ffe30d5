/** How many items of an array or fields of an object are looked at. */
const maxItems = 1000;

/**
 * Finds which task runs a call comes after, from what it is given: results of theirs, promises of those, or arrays and objects that
 * hold some. Only objects can be recognised; a text or a number has no identity.
 */
export class Dependencies {
  readonly #makers = new WeakMap<object, string>();

  /** The task run that an object came from. */
  remember(value: unknown, key: string): void {
    if (isObject(value)) this.#makers.set(value, key);
  }

  /** What a call comes after: by what its arguments show, and by what is named beside them, keys included. */
  after(args: readonly unknown[], named: readonly unknown[]): string[] {
    const keys = named.filter((item) => typeof item === 'string');
    return [...new Set([...this.find(args), ...this.find(named), ...keys])];
  }

  /** The keys of the task runs that these values came from, each once. */
  find(values: readonly unknown[]): string[] {
    const keys = new Set<string>();
    for (const value of values) {
      if (!isObject(value)) continue;
      this.#add(value, keys);
      for (const item of itemsOf(value)) this.#add(item, keys);
    }
    return [...keys];
  }

  #add(value: unknown, keys: Set<string>): void {
    const key = isObject(value) ? this.#makers.get(value) : undefined;
    if (key !== undefined) keys.add(key);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function itemsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, maxItems) as unknown[];
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return [];
  // no getter is called: looking must not do anything
  return Object.keys(value)
    .slice(0, maxItems)
    .map((name) => Object.getOwnPropertyDescriptor(value, name)?.value as unknown);
}
