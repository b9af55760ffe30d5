import { useEffect, useId, useRef, type ReactNode } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The buttons below the content. @default a close button */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
}

/** A modal dialog, open while mounted. The Escape key calls `onClose`. */
export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const text = useText(sharedText);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles['dialog']}
      data-wide={wide || undefined}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId} className={styles['title']}>
        {title}
      </h2>
      <div className={styles['body']}>{children}</div>
      <div className={styles['actions']}>{actions ?? <Button onClick={onClose}>{text.close}</Button>}</div>
    </dialog>
  );
}
