import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  /** `wide` to make the first panel wider than the second; `alone` for a single panel. @default equal widths */
  readonly first?: 'wide' | 'alone' | undefined;
}

/** One or two panels. Two panels are side by side or, in a narrow window, one below the other. */
export function Columns({ children, first }: ColumnsProps) {
  return (
    <div className={styles['columns']} data-first={first}>
      {children}
    </div>
  );
}
