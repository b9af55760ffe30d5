import { useCallback } from 'react';

/**
 * Returns a ref callback that sets the element's `src` to an object URL for `content`. Revokes the URL when the element is unmounted or
 * `content` changes.
 *
 * @param onElement Called with the element when its `src` is set, and with `null` when the URL is revoked. Must be a stable function.
 */
export function useObjectUrl<MediaElement extends HTMLImageElement | HTMLMediaElement>(
  content: Blob,
  onElement?: (element: MediaElement | null) => void,
): (element: MediaElement | null) => (() => void) | undefined {
  return useCallback(
    (element) => {
      if (!element) return undefined;
      const url = URL.createObjectURL(content);
      element.src = url;
      onElement?.(element);
      return () => {
        URL.revokeObjectURL(url);
        onElement?.(null);
      };
    },
    [content, onElement],
  );
}
