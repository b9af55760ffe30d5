import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Returns a function that applies an update. Updates that arrive during a fetch are applied again, in order, after the fetch. Without
 * this, a response could overwrite newer updates.
 */
export function useReplayAfterFetch<Update>(
  isFetching: boolean,
  apply: (update: Update) => void,
): (update: Update) => void {
  const buffer = useRef<Update[]>([]);
  // a reference, because the returned function can be called after a later render
  const isBuffering = useRef(isFetching);
  const replay = useEffectEvent(() => {
    const updates = buffer.current;
    buffer.current = [];
    updates.forEach(apply);
  });
  useEffect(() => {
    isBuffering.current = isFetching;
    if (!isFetching) replay();
  }, [isFetching]);
  return (update) => {
    if (isBuffering.current) buffer.current.push(update);
    apply(update);
  };
}
