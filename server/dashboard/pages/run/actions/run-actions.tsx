import { useState } from 'react';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import { serverUrl } from '../../../data/base.js';
import { useRunActions } from '../../../data/run-actions.js';
import { useCan } from '../../../data/session.js';
import { Button } from '../../../parts/basics/button.js';
import { CopyButton } from '../../../parts/basics/copy-button.js';
import { ConfirmDialog } from '../../../parts/feedback/confirm-dialog.js';
import { DeleteDialog } from '../../../parts/feedback/delete-dialog.js';
import { useKeys } from '../../../parts/keyboard/keyboard.js';
import { useText } from '../../../text/language.js';
import { runText } from '../../../text/run.js';
import { RerunDialog } from './rerun-dialog.js';
import styles from './actions.module.css';

export interface RunActionsProps {
  readonly run: RunStatus;
  /** The key of the step to rerun from; `null` for the beginning; `undefined` while the dialog is closed. */
  readonly rerunFrom: string | null | undefined;
  readonly onRerunFrom: (from: string | null | undefined) => void;
}

/** The actions on the run that its state and the role of the key allow. */
export function RunActions({ run, rerunFrom, onRerunFrom }: RunActionsProps) {
  const text = useText(runText);
  const actions = useRunActions(run.requestId);
  const [asked, setAsked] = useState<'cancel' | 'resume' | 'delete'>();
  const mayRun = useCan('runner');
  const mayDelete = useCan('operator');
  const isOver = isFinalState(run.state);
  const close = () => setAsked(undefined);
  useKeys([
    ...(mayRun && isOver ? [{ keys: 'r', label: text.keys.rerun, run: () => onRerunFrom(null) }] : []),
    ...(mayRun && !isOver ? [{ keys: 'c', label: text.keys.cancel, run: () => setAsked('cancel') }] : []),
  ]);
  return (
    <>
      {mayRun && !isOver && <Button onClick={() => setAsked('cancel')}>{text.actions.cancel}</Button>}
      {mayRun && isOver && run.state !== 'completed' && (
        <Button onClick={() => setAsked('resume')}>{text.actions.resume}</Button>
      )}
      {mayRun && isOver && <Button onClick={() => onRerunFrom(null)}>{text.actions.rerun}</Button>}
      {mayDelete && isOver && (
        <Button kind="danger" onClick={() => setAsked('delete')}>
          {text.actions.delete}
        </Button>
      )}
      <span className={styles['copy']}>
        <CopyButton value={run.requestId}>{text.actions.copyId}</CopyButton>
        <CopyButton value={`npx millrace status ${run.requestId}`}>{text.actions.copyCli}</CopyButton>
        <CopyButton value={curlOf(run.requestId)}>{text.actions.copyCurl}</CopyButton>
      </span>
      {asked === 'cancel' && (
        <ConfirmDialog
          title={text.cancelAsk}
          action={text.actions.cancel}
          onConfirm={() => actions.cancel()}
          onClose={close}
        >
          <p>{text.cancelHelp}</p>
        </ConfirmDialog>
      )}
      {asked === 'resume' && (
        <ConfirmDialog
          title={text.resumeAsk}
          action={text.actions.resume}
          onConfirm={() => actions.resume()}
          onClose={close}
        >
          <p>{text.resumeHelp}</p>
        </ConfirmDialog>
      )}
      {asked === 'delete' && (
        <DeleteDialog
          title={text.deleteAsk}
          help={text.deleteHelp}
          action={text.actions.delete}
          remove={actions.remove}
          done={text.deleted}
          onClose={close}
        />
      )}
      {rerunFrom !== undefined && (
        <RerunDialog
          run={run}
          from={rerunFrom ?? undefined}
          rerun={(options) => actions.rerun(options)}
          onClose={() => onRerunFrom(undefined)}
        />
      )}
    </>
  );
}

/** Returns a curl command that reads the run. It takes the API key from a variable of the shell. */
const curlOf = (id: string): string =>
  `curl -H "Authorization: Bearer $MILLRACE_API_KEY" '${serverUrl()}/v1/runs/${id}'`;
