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
  // a reference, because the returned function can be called after a later render
  const isBuffering = useRef(isFetching);
  const replay = useEffectEvent(() => {
    const updates = buffer.current;
    buffer.current = [];
    if (updates.length > 0) apply(updates);
  });
  useEffect(() => {
    isBuffering.current = isFetching;
    if (!isFetching) replay();
  }, [isFetching]);
  return (update) => {
    if (isBuffering.current) buffer.current.push(update);
  };
}
