import { useCallback } from 'react';

/**
 * Returns a ref callback that sets the element's `src` to an object URL for `content`, and revokes the URL on unmount.
 *
 * @param onElement Called with the element, and with `null` on unmount. Must be a stable function.
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
