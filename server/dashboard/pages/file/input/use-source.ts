import { useCallback } from 'react';

/**
 * A `ref` that makes an element show a content, by an address that only this page knows.
 *
 * @param onElement Called with the element, and with `null` when it goes. It must always be the same function.
 */
export function useSource<Shown extends HTMLImageElement | HTMLMediaElement>(
  content: Blob,
  onElement?: (element: Shown | null) => void,
): (element: Shown | null) => (() => void) | undefined {
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
