import { useEffect, type ReactNode } from 'react';
import styles from './page-header.module.css';

export interface PageHeaderProps {
  /** The heading: a title, or the name and state of the run, file or batch that the page shows. */
  readonly title: ReactNode;
  /** The title of the browser's tab. @default `title`, if it is a string */
  readonly tabTitle?: string | undefined;
  /** One line of facts below the title. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  /** The breadcrumb of the page, such as `Runs / weekly-report`. */
  readonly path?: ReactNode;
}

export function PageHeader({ title, tabTitle, facts, actions, path }: PageHeaderProps) {
  const inTab = tabTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = inTab === '' ? 'Millrace' : `${inTab} · Millrace`;
  }, [inTab]);
  return (
    <header className={styles['header']}>
      <div className={styles['what']}>
        {path !== undefined && <nav className={styles['path']}>{path}</nav>}
        <h1 className={styles['title']}>{title}</h1>
        {facts !== undefined && <div className={styles['facts']}>{facts}</div>}
      </div>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
    </header>
  );
}
