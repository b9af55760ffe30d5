import type { ReactNode } from 'react';
import { CopyButton } from '../basics/copy-button.js';
import styles from './feedback.module.css';

export interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** A command that adds items to the empty list. */
  readonly command?: string;
}

export function EmptyState({ title, children, command }: EmptyStateProps) {
  return (
    <div className={styles['state']}>
      <p className={styles['heading']}>{title}</p>
      {children}
      {command !== undefined && <CopyableCode>{command}</CopyableCode>}
    </div>
  );
}

/** A command, key or secret with a button that copies it. */
export function CopyableCode({ children }: { readonly children: string }) {
  return (
    <div className={styles['command']}>
      <code>{children}</code>
      <CopyButton kind="quiet" value={children} />
    </div>
  );
}
