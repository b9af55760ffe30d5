import { useEffect, type ReactNode } from 'react';
import styles from './page-header.module.css';

export interface PageHeaderProps {
  /** The content of the `h1` heading. */
  readonly title: ReactNode;
  /** The title of the browser tab, without the suffix `· Millrace`. @default `title` if it is a string, otherwise none */
  readonly tabTitle?: string | undefined;
  /** The line below the title. */
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  /** The breadcrumb of the page, such as `Runs / weekly-report`. */
  readonly breadcrumb?: ReactNode;
}

export function PageHeader({ title, tabTitle, subtitle, actions, breadcrumb }: PageHeaderProps) {
  const documentTitle = tabTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = documentTitle === '' ? 'Millrace' : `${documentTitle} · Millrace`;
  }, [documentTitle]);
  return (
    <header className={styles['header']}>
      <div className={styles['heading']}>
        {breadcrumb !== undefined && <nav className={styles['breadcrumb']}>{breadcrumb}</nav>}
        <h1 className={styles['title']}>{title}</h1>
        {subtitle !== undefined && <div className={styles['subtitle']}>{subtitle}</div>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}
