import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { BulkAction, BulkJobStatus, BulkRefusal } from 'millrace/shared/types/bulk.js';
import { useBulkJob, useBulkPreview, useStartBulkJob, useStopBulkJob, type BulkTarget } from '../../data/bulk.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { bulkText } from '../../text/bulk.js';
import { Button } from '../basics/button.js';
import { ProgressBar } from '../basics/progress-bar.js';
import { escapeInvisible } from '../basics/escape-invisible.js';
import { Dialog } from '../feedback/dialog.js';
import { ErrorState } from '../feedback/error-state.js';
import { FirstStepField } from './first-step-field.js';
import styles from './bulk-dialog.module.css';

/** The time from the last keystroke in the step field to the update of the preview, in ms. */
const debounceMs = 250;

export interface BulkDialogProps {
  readonly action: BulkAction;
  readonly target: BulkTarget;
  readonly onClose: () => void;
  /** Called when the bulk job completes or is stopped. */
  readonly onDone?: () => void;
}

/**
 * Previews a bulk action: shows the number of eligible runs, and why the other runs would be refused. When the user confirms,
 * starts a bulk job and shows its progress.
 */
export function BulkDialog({ action, target, onClose, onDone }: BulkDialogProps) {
  const text = useText(bulkText);
  const shared = useText(sharedText);
  const client = useQueryClient();
  const [stepInput, setStepInput] = useState('');
  const [previewedStep, setPreviewedStep] = useState('');
  const typedStep = stepInput.trim();
  useEffect(() => {
    const timer = setTimeout(() => setPreviewedStep(typedStep), debounceMs);
    return () => clearTimeout(timer);
  }, [typedStep]);
  const operation = { action, from: previewedStep === '' ? undefined : previewedStep };
  const preview = useBulkPreview(operation, target);
  // until the debounce delay ends, the preview is for the previous step, so disable the action
  const eligibleCount = typedStep === previewedStep ? (preview.data?.eligible ?? 0) : 0;
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
          <Button onClick={onClose}>{job ? shared.close : shared.cancel}</Button>
          {!job && (
            <Button
              kind={action === 'delete' ? 'danger' : 'primary'}
              disabled={start.isPending || eligibleCount === 0}
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
          {action === 'rerun' && <FirstStepField target={target} firstStep={stepInput} onChange={setStepInput} />}
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
          <li key={reason}>{text.refusedBecause(count, escapeInvisible(reason))}</li>
        ))}
      </ul>
    </div>
  );
}
