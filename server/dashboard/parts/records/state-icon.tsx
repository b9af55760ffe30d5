import styles from './state-icon.module.css';
import type { ReactNode } from 'react';

export type StateIconName =
  | 'pending'
  | 'running'
  | 'retrying'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'crashed'
  | 'skipped'
  | 'late'
  | 'warning';

const shapes: Readonly<Record<StateIconName, ReactNode>> = {
  pending: <circle cx="8" cy="8" r="5.2" strokeDasharray="2.2 1.9" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.2" opacity="0.3" />
      <path d="M8 2.8a5.2 5.2 0 0 1 5.2 5.2" />
    </>
  ),
  retrying: <path d="M12.6 5.2A5.2 5.2 0 1 0 13.2 8M13.2 2.6v3h-3" />,
  completed: <path d="m3.6 8.4 3 3 5.8-6.4" />,
  failed: <path d="m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.2" />
      <path d="m4.4 4.4 7.2 7.2" />
    </>
  ),
  crashed: <path d="M9.2 1.8 4 9h3.6l-.8 5.2L12 7H8.4z" fill="currentColor" strokeWidth="0.6" />,
  skipped: <path d="M3.6 8h8.8" />,
  late: (
    <>
      <circle cx="8" cy="8" r="5.2" />
      <path d="M8 5v3.2l2.2 1.4" />
    </>
  ),
  warning: <path d="M8 2.6 14 13H2zM8 6.6v3m0 1.7v.1" strokeLinejoin="round" />,
};

/** The icon of a state, hidden from screen readers. */
export function StateIcon({ name }: { readonly name: StateIconName }) {
  return (
    <svg
      className={styles['icon']}
      data-name={name}
      style={{ color: `var(--${name})` }}
      viewBox="0 0 16 16"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
