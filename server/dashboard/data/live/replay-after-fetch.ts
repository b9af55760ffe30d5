import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Buffers the updates that arrive during a fetch, and passes them to `apply` in order after the fetch. Without this, a response could
 * overwrite newer updates.
 *
 * @returns A function that buffers an update during a fetch, and does nothing at other times.
 */
export function useReplayAfterFetch<Update>(
  isFetching: boolean,
  apply: (updates: readonly Update[]) => void,
): (update: Update) => void {
  const buffer = useRef<Update[]>([]);
  const replay = useEffectEvent(() => {
    const updates = buffer.current;
    buffer.current = [];
    if (updates.length > 0) apply(updates);
  });
  useEffect(() => {
    if (!isFetching) replay();
  }, [isFetching]);
  return (update) => {
    if (isFetching) buffer.current.push(update);
  };
}
