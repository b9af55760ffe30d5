import { useSyncExternalStore } from 'react';

const subscribers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/**
 * Returns the current time, in ms since the Unix epoch. While `isActive` is true, the time is updated, and the component
 * re-rendered, every second. Otherwise, the time can be stale. All components share one timer.
 */
export function useNow(isActive = true): number {
  return useSyncExternalStore(isActive ? subscribe : subscribeToNothing, () => now);
}

function subscribe(subscriber: () => void): () => void {
  subscribers.add(subscriber);
  if (timer === undefined) now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of subscribers) notify();
  }, 1000);
  return () => {
    subscribers.delete(subscriber);
    if (subscribers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const subscribeToNothing = () => () => undefined;
