import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Keeps the announcements that arrive while a response is being read. The response may be older than the announcements, and would
 * undo them. After the response, calls `apply` with the announcements in their order.
 *
 * @returns A function to call with each announcement.
 */
export function useWhileReading<News>(
  isReading: boolean,
  apply: (news: readonly News[]) => void,
): (news: News) => void {
  const kept = useRef<News[]>([]);
  const onRead = useEffectEvent(() => {
    const news = kept.current;
    kept.current = [];
    if (news.length > 0) apply(news);
  });
  useEffect(() => {
    if (!isReading) onRead();
  }, [isReading]);
  return (news) => {
    if (isReading) kept.current.push(news);
  };
}
