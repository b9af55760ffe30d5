import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  /** `wide` if the first panel is wider than the second; `alone` if there is no second panel. @default equal widths */
  readonly first?: 'wide' | 'alone' | undefined;
}

/** Two panels side by side, or one below the other in a narrow window. */
export function Columns({ children, first }: ColumnsProps) {
  return (
    <div className={styles['columns']} data-first={first}>
      {children}
    </div>
  );
}
