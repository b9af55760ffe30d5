import { createContext, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { StateIcon, type StateIconName } from '../records/state-icon.js';
import styles from './feedback.module.css';

interface Toast {
  readonly id: number;
  readonly message: ReactNode;
  readonly icon: StateIconName | undefined;
}

type ShowToast = (message: ReactNode, icon?: StateIconName) => void;

const toastDurationMs = 8000;
const maxToasts = 4;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Returns a function that shows a toast: a short message in the corner, such as the result of an action. */
export const useToast = (): ShowToast => useContext(ToastContext);

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const text = useText(sharedText);
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const show = useMemo<ShowToast>(
    () => (message, icon) => {
      const id = nextId.current++;
      setToasts((previous) => [...previous, { id, message, icon }].slice(-maxToasts));
      setTimeout(() => setToasts((previous) => previous.filter((toast) => toast.id !== id)), toastDurationMs);
    },
    [],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles['toasts']} role="status">
        {toasts.map(({ id, message, icon }) => (
          <div key={id} className={styles['toast']}>
            <span>
              {icon && <StateIcon name={icon} />} {message}
            </span>
            <Button
              kind="quiet"
              aria-label={text.dismiss}
              onClick={() => setToasts((previous) => previous.filter((toast) => toast.id !== id))}
            >
              ×
            </Button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
