import type { MouseEvent } from 'react';

/** Returns whether a click opens the row. Clicks on links and controls, and clicks while text is selected, do not. */
export function isRowClick({ target }: MouseEvent): boolean {
  const isControl = target instanceof Element && target.closest('a, button, input, label') !== null;
  return !isControl && getSelection()?.isCollapsed !== false;
}
