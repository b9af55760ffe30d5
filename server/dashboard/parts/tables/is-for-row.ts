import type { MouseEvent } from 'react';

/** Returns whether a click in a row opens the row. A click on a control, or one that selects text, does not. */
export function isForRow({ target }: MouseEvent): boolean {
  const isControl = target instanceof Element && target.closest('a, button, input, label') !== null;
  return !isControl && getSelection()?.isCollapsed !== false;
}
