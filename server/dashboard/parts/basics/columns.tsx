import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  /** Whether the first panel is wider than the second, or has the whole width. @default both are equal */
  readonly first?: 'wide' | 'alone' | undefined;
}

/** Two panels side by side; one below the other where it is narrow. */
export function Columns({ children, first }: ColumnsProps) {
  return (
    <div className={styles['columns']} data-first={first}>
      {children}
    </div>
  );
}
