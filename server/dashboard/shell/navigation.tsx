import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { useSession } from '../data/session.js';
import { pages, type PageNav } from '../pages/pages.js';
import { Button } from '../parts/basics/button.js';
import { useKeyboardShortcuts } from '../parts/keyboard/keyboard.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { ConnectionStatus, RunningCount } from './connection.js';
import { Preferences } from './preferences.js';
import styles from './shell.module.css';

interface NavEntry extends PageNav {
  readonly path: string;
}

export function Navigation() {
  const text = useText(shellText);
  const role = useSession().data?.key.role ?? 'reader';
  const [location, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const entries = pages.flatMap(({ path, nav }) =>
    nav && includesRole(role, nav.role ?? 'reader') ? [{ ...nav, path }] : [],
  );
  useKeyboardShortcuts(
    entries.map(({ keys, label, path }) => ({
      keys,
      label: text.goTo(text.pages[label]),
      run: () => navigate(path),
    })),
  );
  const renderGroup = (group: NavEntry['group']) => (
    <ul>
      {entries
        .filter((entry) => entry.group === group)
        .map(({ path, label }) => (
          <li key={path}>
            <Link
              href={path}
              aria-current={isCurrentPage(location, path) ? 'page' : undefined}
              className={styles['entry'] ?? ''}
              onClick={() => setOpen(false)}
            >
              {text.pages[label]}
              {label === 'runs' && <RunningCount />}
            </Link>
          </li>
        ))}
    </ul>
  );
  return (
    <header className={styles['sidebar']} data-open={isOpen || undefined}>
      <div className={styles['sidebar-header']}>
        <Link href="/" className={styles['brand'] ?? ''}>
          <Logo /> Millrace
        </Link>
        <Button className={styles['menu']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text.menu}
        </Button>
      </div>
      <div className={styles['sidebar-body']}>
        <nav aria-label={text.navigation}>
          {renderGroup('work')}
          <hr />
          {renderGroup('setup')}
        </nav>
        <hr />
        <ConnectionStatus />
        <Preferences />
      </div>
    </header>
  );
}

const isCurrentPage = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

const Logo = () => (
  <svg
    viewBox="0 0 24 24"
    width="18"
    height="18"
    fill="none"
    stroke="var(--accent)"
    strokeWidth="2.4"
    aria-hidden="true"
  >
    <path d="M3 7c3-2.5 6 2.5 9 0s6-2.5 9 0M3 12.5c3-2.5 6 2.5 9 0s6-2.5 9 0M3 18c3-2.5 6 2.5 9 0s6-2.5 9 0" />
  </svg>
);
