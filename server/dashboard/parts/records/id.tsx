import { CopyButton } from '../basics/copy-button.js';

/** An id's beginning, whole on hover and by its button. */
export function Id({ children, what }: { readonly children: string; readonly what: string }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <code title={children}>{children.slice(0, 8)}</code>
      <CopyButton kind="quiet" value={children} what={what} />
    </span>
  );
}
