import { createContext, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Glyph, type GlyphName } from '../records/glyph.js';
import styles from './feedback.module.css';

interface Toast {
  readonly id: number;
  readonly message: ReactNode;
  readonly glyph: GlyphName | undefined;
}

type Show = (message: ReactNode, glyph?: GlyphName) => void;

const shownMs = 8000;
const maxToasts = 4;

const ToastContext = createContext<Show>(() => undefined);

/** Returns a function that shows a short message in the corner, for example the result of an action. */
export const useToast = (): Show => useContext(ToastContext);

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const text = useText(partsText);
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const show = useMemo<Show>(
    () => (message, glyph) => {
      const id = nextId.current++;
      setToasts((before) => [...before, { id, message, glyph }].slice(-maxToasts));
      setTimeout(() => setToasts((before) => before.filter((toast) => toast.id !== id)), shownMs);
    },
    [],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={styles['toasts']} role="status">
        {toasts.map(({ id, message, glyph }) => (
          <div key={id} className={styles['toast']}>
            <span>
              {glyph && <Glyph name={glyph} />} {message}
            </span>
            <Button
              kind="quiet"
              aria-label={text.dismiss}
              onClick={() => setToasts((before) => before.filter((toast) => toast.id !== id))}
            >
              ×
            </Button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
