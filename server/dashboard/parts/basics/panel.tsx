import { useId, type ReactNode } from 'react';
import styles from './panel.module.css';

export interface PanelProps {
  readonly title: ReactNode;
  /** Additional information or controls to the right of the title. */
  readonly aside?: ReactNode;
  /** Whether to omit the padding around the content and draw a line below the title, for example for a table or a timeline. */
  readonly flush?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function Panel({ title, aside, flush = false, className, children }: PanelProps) {
  const id = useId();
  return (
    <section className={[styles['panel'], className].filter(Boolean).join(' ')} aria-labelledby={id}>
      <header className={styles['head']} data-line={flush || undefined}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        {aside !== undefined && <div className={styles['aside']}>{aside}</div>}
      </header>
      <div className={flush ? styles['flush'] : styles['body']}>{children}</div>
    </section>
  );
}
