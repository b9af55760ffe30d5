import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { BulkAction, BulkJobStatus, BulkRefusal } from 'millrace/shared/types/bulk.js';
import { useBulkJob, useBulkPreview, useStartBulkJob, useStopBulkJob, type BulkTarget } from '../../data/bulk.js';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { bulkText } from '../../text/bulk.js';
import { Button } from '../basics/button.js';
import { ProgressBar } from '../basics/progress-bar.js';
import { visibleText } from '../basics/visible-text.js';
import { Dialog } from '../feedback/dialog.js';
import { ErrorState } from '../feedback/error-state.js';
import { FromField } from './from-field.js';
import styles from './bulk-dialog.module.css';

/** The debounce delay before a preview is requested for the typed step, in ms. */
const debounceMs = 250;

export interface BulkDialogProps {
  readonly action: BulkAction;
  readonly target: BulkTarget;
  readonly onClose: () => void;
  /** Called when the job ends. */
  readonly onDone?: () => void;
}

/**
 * Previews an action on many runs: how many it applies to, and why it is refused for the others. On confirmation, performs the action and
 * shows its progress.
 */
export function BulkDialog({ action, target, onClose, onDone }: BulkDialogProps) {
  const text = useText(bulkText);
  const parts = useText(partsText);
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [from, setFrom] = useState('');
  const typedStep = typed.trim();
  useEffect(() => {
    const timer = setTimeout(() => setFrom(typedStep), debounceMs);
    return () => clearTimeout(timer);
  }, [typedStep]);
  const operation = { action, from: from === '' ? undefined : from };
  const preview = useBulkPreview(operation, target);
  // while the user is typing, ignore the preview, because it is for the previous step
  const eligible = typedStep === from ? (preview.data?.eligible ?? 0) : 0;
  const start = useStartBulkJob();
  const stop = useStopBulkJob();
  const job = useBulkJob(start.data);
  const hasEnded = job !== undefined && job.state !== 'running';

  const onEnd = useEffectEvent(() => {
    void client.invalidateQueries({ queryKey: ['runs'] });
    onDone?.();
  });
  useEffect(() => {
    if (hasEnded) onEnd();
  }, [hasEnded]);

  const error = start.error ?? stop.error ?? preview.error;
  const isRunning = job !== undefined && !hasEnded;
  return (
    <Dialog
      title={text.titles[action]}
      onClose={onClose}
      actions={
        <>
          {isRunning && (
            <Button disabled={stop.isPending} onClick={() => stop.mutate(job.id)}>
              {text.stop}
            </Button>
          )}
          <Button onClick={onClose}>{job ? parts.close : parts.cancel}</Button>
          {!job && (
            <Button
              kind={action === 'delete' ? 'danger' : 'primary'}
              disabled={start.isPending || eligible === 0}
              onClick={() => start.mutate({ ...operation, ...target })}
            >
              {text.actions[action]}
            </Button>
          )}
        </>
      }
    >
      {job ? (
        <Progress job={job} />
      ) : (
        <>
          <p>{text.explanations[action]}</p>
          {action === 'rerun' && <FromField target={target} from={typed} onChange={setTyped} />}
          <p role="status">
            {preview.data ? text.eligible(preview.data.eligible, preview.data.matched) : text.counting}
            {preview.data?.more && ` ${text.moreMatch}`}
          </p>
          <Refusals refused={preview.data?.refused ?? []} />
        </>
      )}
      {error && <ErrorState error={error} brief />}
    </Dialog>
  );
}

function Progress({ job }: { readonly job: BulkJobStatus }) {
  const text = useText(bulkText);
  const { state, done, matched, succeeded, refused } = job;
  return (
    <>
      <ProgressBar
        percent={matched === 0 ? 100 : Math.floor((100 * done) / matched)}
        label={text.actions[job.action]}
      />
      <p role="status">
        {state === 'running' ? text.progress(done, matched) : text.finished(succeeded, matched)}
        {state === 'stopped' && ` · ${text.stopped}`}
      </p>
      <Refusals refused={refused} />
    </>
  );
}

function Refusals({ refused }: { readonly refused: readonly BulkRefusal[] }) {
  const text = useText(bulkText);
  if (refused.length === 0) return null;
  return (
    <div className={styles['refused']}>
      <p>{text.refused}</p>
      <ul>
        {refused.map(({ reason, count }) => (
          <li key={reason}>{text.refusedBecause(count, visibleText(reason))}</li>
        ))}
      </ul>
    </div>
  );
}
