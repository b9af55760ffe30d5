import { useState } from 'react';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { getServerUrl } from '../../../data/base.js';
import { useRunActions } from '../../../data/run-actions.js';
import { useHasRole } from '../../../data/session.js';
import { Button } from '../../../parts/basics/button.js';
import { CopyButton } from '../../../parts/basics/copy-button.js';
import { ConfirmDialog } from '../../../parts/feedback/confirm-dialog.js';
import { DeleteDialog } from '../../../parts/feedback/delete-dialog.js';
import { useKeyboardShortcuts } from '../../../parts/keyboard/keyboard.js';
import { useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { RerunDialog } from './rerun-dialog.js';
import styles from './actions.module.css';

export interface RunActionsProps {
  readonly run: RunStatus;
  /** The key of the step that the rerun dialog selects initially; `null` for the beginning; `undefined` while the dialog is closed. */
  readonly rerunFrom: string | null | undefined;
  readonly onRerunFromChange: (from: string | null | undefined) => void;
}

/** The actions on a run. Shows only the actions that the run's state and the API key's role allow. */
export function RunActions({ run, rerunFrom, onRerunFromChange }: RunActionsProps) {
  const text = useText(runText);
  const actions = useRunActions(run.requestId);
  const [openDialog, setOpenDialog] = useState<'cancel' | 'resume' | 'delete'>();
  const isRunner = useHasRole('runner');
  const isOperator = useHasRole('operator');
  const isFinished = isFinalState(run.state);
  const close = () => setOpenDialog(undefined);
  useKeyboardShortcuts([
    ...(isRunner && isFinished ? [{ keys: 'r', label: text.shortcuts.rerun, run: () => onRerunFromChange(null) }] : []),
    ...(isRunner && !isFinished
      ? [{ keys: 'c', label: text.shortcuts.cancel, run: () => setOpenDialog('cancel') }]
      : []),
  ]);
  return (
    <>
      {isRunner && !isFinished && <Button onClick={() => setOpenDialog('cancel')}>{text.actions.cancel}</Button>}
      {isRunner && isFinished && run.state !== 'completed' && (
        <Button onClick={() => setOpenDialog('resume')}>{text.actions.resume}</Button>
      )}
      {isRunner && isFinished && <Button onClick={() => onRerunFromChange(null)}>{text.actions.rerun}</Button>}
      {isOperator && isFinished && (
        <Button kind="danger" onClick={() => setOpenDialog('delete')}>
          {text.actions.delete}
        </Button>
      )}
      <span className={styles['copy']}>
        <CopyButton value={run.requestId}>{text.actions.copyId}</CopyButton>
        <CopyButton value={`npx millrace status ${run.requestId}`}>{text.actions.copyCli}</CopyButton>
        <CopyButton value={toCurlCommand(run.requestId)}>{text.actions.copyCurl}</CopyButton>
      </span>
      {openDialog === 'cancel' && (
        <ConfirmDialog
          title={text.cancelTitle}
          actionLabel={text.actions.cancel}
          onConfirm={() => actions.cancel()}
          onClose={close}
        >
          <p>{text.cancelHelp}</p>
        </ConfirmDialog>
      )}
      {openDialog === 'resume' && (
        <ConfirmDialog
          title={text.resumeTitle}
          actionLabel={text.actions.resume}
          onConfirm={() => actions.resume()}
          onClose={close}
        >
          <p>{text.resumeHelp}</p>
        </ConfirmDialog>
      )}
      {openDialog === 'delete' && (
        <DeleteDialog
          title={text.deleteTitle}
          help={text.deleteHelp}
          actionLabel={text.actions.delete}
          onDelete={actions.remove}
          successMessage={text.deleted}
          onClose={close}
        />
      )}
      {rerunFrom !== undefined && (
        <RerunDialog
          run={run}
          initialStepKey={rerunFrom ?? undefined}
          rerun={(options) => actions.rerun(options)}
          onClose={() => onRerunFromChange(undefined)}
        />
      )}
    </>
  );
}

/** Returns a curl command that fetches the run. The shell inserts the API key from the variable `MILLRACE_API_KEY`. */
const toCurlCommand = (id: string): string =>
  `curl -H "Authorization: Bearer $MILLRACE_API_KEY" '${getServerUrl()}/v1/runs/${id}'`;
