import { useState, type ReactNode } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from './dialog.js';
import { ErrorState } from './error-state.js';

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly children?: ReactNode;
  /** The verb: `Delete`. */
  readonly action: string;
  readonly danger?: boolean;
  /** The dialog closes when it is done, and shows why when it fails. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Instead of `onClose` when it is done, for example to show what it came to. */
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
