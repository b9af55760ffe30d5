import { useLocation } from 'wouter';
import { ConfirmDialog } from './confirm-dialog.js';
import { useToast } from './toasts.js';

export interface DeleteDialogProps {
  readonly title: string;
  /** A sentence that says what else is deleted. */
  readonly help: string;
  readonly action: string;
  readonly remove: () => Promise<unknown>;
  /** The message after the deletion. */
  readonly done: string;
  readonly onClose: () => void;
}

/** Asks before it deletes the run or file of the page, and then goes to the list of runs. */
export function DeleteDialog({ title, help, action, remove, done, onClose }: DeleteDialogProps) {
  const toast = useToast();
  const [, navigate] = useLocation();
  const confirm = async () => {
    await remove();
    toast(done, 'completed');
    navigate('/runs');
  };
  return (
    <ConfirmDialog title={title} action={action} danger onConfirm={confirm} onClose={onClose}>
      <p>{help}</p>
    </ConfirmDialog>
  );
}
