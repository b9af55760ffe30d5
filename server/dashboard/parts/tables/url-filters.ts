import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export type Filters<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/**
 * Reads and sets the filters of a page, which are in the URL. An empty string or `undefined` removes a filter. With `push`, a change
 * adds an entry to the browser's history; otherwise, it replaces the current entry, for example while the reader types.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  const filters = useMemo(() => {
    const all = new URLSearchParams(text);
    const found: { [Key in Name]?: string } = {};
    for (const name of names) {
      const value = all.get(name);
      if (value) found[name] = value;
    }
    return found;
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
