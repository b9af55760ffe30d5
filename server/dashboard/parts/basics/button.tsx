import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'normal' | 'primary' | 'danger' | 'quiet';
  readonly icon?: ReactNode;
}

/** Set `aria-label` on a button that has only an icon. */
export function Button({ kind = 'normal', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={[styles['button'], styles[kind], className].filter(Boolean).join(' ')}>
      {icon}
      {children}
    </button>
  );
}
