import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export type UrlParams<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/**
 * Returns the values of the named URL query parameters, and a function that changes them. An empty string or `undefined` removes a
 * parameter. With `push`, a change adds an entry to the browser's history. Without it, the change replaces the current entry.
 */
export function useUrlParams<Name extends string>(names: readonly Name[]) {
  const [searchParams, setSearchParams] = useSearchParams();
  const queryString = searchParams.toString();
  const params = useMemo(() => {
    const parameters = new URLSearchParams(queryString);
    const values: { [Key in Name]?: string } = {};
    for (const name of names) {
      const value = parameters.get(name);
      if (value) values[name] = value;
    }
    return values;
  }, [queryString, names]);
  const setParams = useCallback(
    (changes: { readonly [Key in Name]?: string | undefined }, { push = false } = {}) =>
      setSearchParams(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: !push },
      ),
    [setSearchParams],
  );
  return [params, setParams] as const;
}
