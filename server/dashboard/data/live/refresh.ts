import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLive } from './live.js';

/** How long changes are collected before summaries are read again, in ms. */
const collectMs = 2000;

/** Returns a function that reads summaries again, at most once every two seconds. */
export function useRefresh(keys: readonly QueryKey[]): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, collectMs);
  };
}

/** Reads summaries again when runs have changed, at most once every two seconds. */
export function useRefreshOnRuns(keys: readonly QueryKey[]): void {
  const refresh = useRefresh(keys);
  useLive('run', refresh);
  useLive('run-deleted', refresh);
}
