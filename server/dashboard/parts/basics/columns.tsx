import type { ReactNode } from 'react';
import styles from './columns.module.css';

export interface ColumnsProps {
  readonly children: ReactNode;
  /** `wide-first`: two columns, the first wider. `single`: one column. @default two columns of equal width */
  readonly layout?: 'wide-first' | 'single' | undefined;
}

/** Lays out panels in one or two columns. In a narrow window, there is only one column. */
export function Columns({ children, layout }: ColumnsProps) {
  return (
    <div className={styles['columns']} data-layout={layout}>
      {children}
    </div>
  );
}
