import { useState, type ReactNode } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from './dialog.js';
import { ErrorState } from './error-state.js';

export interface ConfirmDialogProps {
  readonly title: string;
  /** A sentence that says what will happen. */
  readonly children?: ReactNode;
  /** The label of the button that confirms: `Delete`. */
  readonly action: string;
  readonly danger?: boolean;
  /** Performs the action. The dialog closes after success, and shows the error after a failure. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Called after success, for example to show the result. @default `onClose` */
  readonly onDone?: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, action, danger = false, onConfirm, onClose, onDone = onClose } = props;
  const text = useText(partsText);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button kind={danger ? 'danger' : 'primary'} disabled={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <ErrorState error={error} brief />}
    </Dialog>
  );
}
