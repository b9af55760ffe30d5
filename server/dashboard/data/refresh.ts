import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLive } from './live.js';

/** How often summaries are read again while runs change, in milliseconds. */
const everyMs = 2000;

/** Reads summaries again when runs have changed, but not more often than every two seconds. */
export function useRefreshOnRuns(keys: readonly QueryKey[]): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wait = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, everyMs);
  };
  useLive('run', wait);
  useLive('run-deleted', wait);
  useEffect(() => () => clearTimeout(timer.current), []);
}
