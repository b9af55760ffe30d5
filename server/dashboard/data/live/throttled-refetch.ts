import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLiveEvent } from './live.js';

const throttleMs = 2000;

/**
 * Returns a function that refetches the queries whose keys start with one of these prefixes, two seconds after it is called. The function
 * ignores further calls during these two seconds.
 */
export function useThrottledRefetch(keyPrefixes: readonly QueryKey[]): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of keyPrefixes) void client.invalidateQueries({ queryKey });
    }, throttleMs);
  };
}

/**
 * When runs change or are deleted, refetches the queries whose keys start with one of these prefixes, at most once every two seconds.
 */
export function useRefetchOnRunEvents(keyPrefixes: readonly QueryKey[]): void {
  const refetch = useThrottledRefetch(keyPrefixes);
  useLiveEvent('run', refetch);
  useLiveEvent('run-deleted', refetch);
}
