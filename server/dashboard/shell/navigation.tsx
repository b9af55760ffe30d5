import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { includesRole } from 'millrace/shared/rules/roles.js';
import { useSession } from '../data/session.js';
import { pages, type PageNav } from '../pages/pages.js';
import { Button } from '../parts/basics/button.js';
import { useKeys } from '../parts/keyboard/keyboard.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { ConnectionMark, RunningCount } from './connection.js';
import { Preferences } from './preferences.js';
import styles from './shell.module.css';

interface Entry extends PageNav {
  readonly path: string;
}

export function Navigation() {
  const text = useText(shellText);
  const role = useSession().data?.key.role ?? 'reader';
  const [location, navigate] = useLocation();
  const [open, setOpen] = useState(false);
  const entries = pages.flatMap(({ path, nav }) =>
    nav && includesRole(role, nav.role ?? 'reader') ? [{ ...nav, path }] : [],
  );
  useKeys(
    entries.map(({ keys, label, path }) => ({
      keys,
      label: text.go(text.pages[label]),
      run: () => navigate(path),
    })),
  );
  const group = (name: Entry['group']) => (
    <ul>
      {entries
        .filter((entry) => entry.group === name)
        .map(({ path, label }) => (
          <li key={path}>
            <Link
              href={path}
              aria-current={isBelow(location, path) ? 'page' : undefined}
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
    <header className={styles['side']} data-open={open || undefined}>
      <div className={styles['top']}>
        <Link href="/" className={styles['brand'] ?? ''}>
          <Waves /> Millrace
        </Link>
        <Button className={styles['menu']} aria-expanded={open} onClick={() => setOpen(!open)}>
          {text.menu}
        </Button>
      </div>
      <div className={styles['below']}>
        <nav aria-label={text.navigation}>
          {group('work')}
          <hr />
          {group('set-up')}
        </nav>
        <hr />
        <ConnectionMark />
        <Preferences />
      </div>
    </header>
  );
}

const isBelow = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

const Waves = () => (
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
