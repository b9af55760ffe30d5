import type { InspectOptions } from 'node:util';

type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Gives a record a short text for consoles and notebooks, where printing it is how one looks at it. Its fields stay what they are, for
 * programs, JSON and comparisons. Who asks for every depth (`console.dir(record, { depth: null })`), and who copies it, gets all of it.
 *
 * @param digest The fields worth reading.
 * @param items Of each list, this many are shown and the others counted.
 */
export function printShort<T extends object>(record: T, name: string, digest: (record: T) => object, items = 5): T {
  return Object.defineProperty(record, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    value(this: T, depth: number | null, options: InspectOptions, inspect: Inspect): string {
      if (depth === null) return `${name} ${inspect({ ...this }, options)}`;
      if (depth < 0) return `[${name}]`;
      const limits = { depth: 5, maxArrayLength: items, maxStringLength: 300 };
      return `${name} ${inspect(digest(this), { ...options, ...limits })}`;
    },
  });
}
