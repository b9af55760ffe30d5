import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLiveEvent } from './live.js';

const throttleMs = 2000;

/** Returns a function that refetches the queries with these keys after two seconds. Further calls during this time are ignored. */
export function useThrottledRefetch(keys: readonly QueryKey[]): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, throttleMs);
  };
}

/** Refetches the queries with these keys when runs change or are deleted, at most once every two seconds. */
export function useRefetchOnRunEvents(keys: readonly QueryKey[]): void {
  const refetch = useThrottledRefetch(keys);
  useLiveEvent('run', refetch);
  useLiveEvent('run-deleted', refetch);
}
