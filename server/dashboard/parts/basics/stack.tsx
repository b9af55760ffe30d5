import type { ReactNode } from 'react';
import styles from './stack.module.css';

/** Stacks the header and panels of a page vertically. */
export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={styles['stack']}>{children}</div>;
}
