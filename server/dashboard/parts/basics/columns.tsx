import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  /** `wide-first` makes the first of two panels wider; `single` is for one panel. @default equal widths */
  readonly layout?: 'wide-first' | 'single' | undefined;
}

/** One or two panels. Two panels are side by side or, in a narrow window, one below the other. */
export function Columns({ children, layout }: ColumnsProps) {
  return (
    <div className={styles['columns']} data-layout={layout}>
      {children}
    </div>
  );
}
