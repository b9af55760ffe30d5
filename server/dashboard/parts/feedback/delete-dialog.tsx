import { useLocation } from 'wouter';
import { ConfirmDialog } from './confirm-dialog.js';
import { useToast } from './toasts.js';

export interface DeleteDialogProps {
  readonly title: string;
  /** Explains what the deletion includes. */
  readonly help: string;
  readonly actionLabel: string;
  readonly onDelete: () => Promise<unknown>;
  readonly successMessage: string;
  readonly onClose: () => void;
}

/** Asks for confirmation, deletes the run or file of the current page, and opens the list of runs. */
export function DeleteDialog({ title, help, actionLabel, onDelete, successMessage, onClose }: DeleteDialogProps) {
  const showToast = useToast();
  const [, navigate] = useLocation();
  const confirm = async () => {
    await onDelete();
    showToast(successMessage, 'completed');
    navigate('/runs');
  };
  return (
    <ConfirmDialog title={title} actionLabel={actionLabel} danger onConfirm={confirm} onClose={onClose}>
      <p>{help}</p>
    </ConfirmDialog>
  );
}
