import { useLocation } from 'wouter';
import { ConfirmDialog } from './confirm-dialog.js';
import { useToast } from './toasts.js';

export interface DeleteDialogProps {
  readonly title: string;
  /** What is removed with it. */
  readonly help: string;
  readonly action: string;
  readonly remove: () => Promise<unknown>;
  /** What is said when it is done. */
  readonly done: string;
  readonly onClose: () => void;
}

/** Asks before the thing that a page shows is deleted, and goes to the list of runs once it is. */
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
