import { useState, type ReactNode } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from './dialog.js';
import { ErrorState } from './error-state.js';

export interface ConfirmDialogProps {
  readonly title: string;
  /** An explanation of the action, or a form with its options. */
  readonly children?: ReactNode;
  readonly actionLabel: string;
  readonly danger?: boolean;
  /** Performs the action. If the promise rejects, the dialog stays open and shows the error. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Called after the action succeeds. @default `onClose` */
  readonly onDone?: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, actionLabel, danger = false, onConfirm, onClose, onDone = onClose } = props;
  const text = useText(sharedText);
  const [isBusy, setBusy] = useState(false);
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
          <Button kind={danger ? 'danger' : 'primary'} disabled={isBusy} onClick={() => void confirm()}>
            {actionLabel}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <ErrorState error={error} brief />}
    </Dialog>
  );
}
