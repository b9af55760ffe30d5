import { useCallback } from 'react';

/**
 * Returns a ref callback that sets the element's `src` to an object URL for `content`. Revokes the URL when the element is unmounted or
 * `content` changes.
 *
 * @param onElementChange Called with the element when its `src` is set, and with `null` when the URL is revoked. Must be a stable function.
 */
export function useObjectUrl<ElementWithSrc extends HTMLImageElement | HTMLMediaElement>(
  content: Blob,
  onElementChange?: (element: ElementWithSrc | null) => void,
): (element: ElementWithSrc | null) => (() => void) | undefined {
  return useCallback(
    (element) => {
      if (!element) return undefined;
      const url = URL.createObjectURL(content);
      element.src = url;
      onElementChange?.(element);
      return () => {
        URL.revokeObjectURL(url);
        onElementChange?.(null);
      };
    },
    [content, onElementChange],
  );
}
