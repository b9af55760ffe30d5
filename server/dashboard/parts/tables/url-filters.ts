import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export type Filters<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/**
 * Returns a page's filters from the URL, and a function that changes them. An empty string or `undefined` removes a filter. With `push`,
 * a change adds an entry to the browser's history. Without it, the change replaces the current entry.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => {
    const parameters = new URLSearchParams(text);
    const values: { [Key in Name]?: string } = {};
    for (const name of names) {
      const value = parameters.get(name);
      if (value) values[name] = value;
    }
    return values;
  }, [text, names]);
  const setFilters = useCallback(
    (changes: { readonly [Key in Name]?: string | undefined }, { push = false } = {}) =>
      setSearch(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: !push },
      ),
    [setSearch],
  );
  return [filters, setFilters] as const;
}
