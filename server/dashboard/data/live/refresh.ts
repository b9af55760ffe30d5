import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLive } from './live.js';

/** How often summaries are read again while what they sum up changes, in milliseconds. */
const everyMs = 2000;

/** Returns a function that reads summaries again, but not more often than every two seconds. */
export function useRefresh(keys: readonly QueryKey[]): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, everyMs);
  };
}

/** Reads summaries again when runs have changed, but not more often than every two seconds. */
export function useRefreshOnRuns(keys: readonly QueryKey[]): void {
  const refresh = useRefresh(keys);
  useLive('run', refresh);
  useLive('run-deleted', refresh);
}
