import { useEffect, useEffectEvent, useRef } from 'react';

/**
 * Keeps what the server announces while something is read: what is read may be older, and replaces what is shown. Once it is there,
 * `apply` gets the announcements again, in their order.
 *
 * @returns A function that takes note of an announcement.
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
