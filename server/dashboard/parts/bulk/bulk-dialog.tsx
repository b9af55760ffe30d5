import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import type { BulkAction, BulkJobStatus, BulkRefusal } from 'millrace/shared/types/bulk.js';
import { useBulkJob, useBulkPreview, useStartBulk, useStopBulk, type BulkTarget } from '../../data/bulk.js';
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

/** How long typing must pause before a preview is requested, in ms. */
const pauseMs = 250;

export interface BulkDialogProps {
  readonly action: BulkAction;
  readonly target: BulkTarget;
  readonly onClose: () => void;
  /** Called when the job has ended. */
  readonly onDone?: () => void;
}

/** Previews an action on many runs: to how many it applies, and why it is refused for the rest. Then performs it, with progress. */
export function BulkDialog({ action, target, onClose, onDone }: BulkDialogProps) {
  const text = useText(bulkText);
  const parts = useText(partsText);
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [from, setFrom] = useState('');
  const wanted = typed.trim();
  useEffect(() => {
    const timer = setTimeout(() => setFrom(wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const work = { action, from: from === '' ? undefined : from };
  const preview = useBulkPreview(work, target);
  // ignore the preview of a step that is no longer the typed one
  const eligible = wanted === from ? (preview.data?.eligible ?? 0) : 0;
  const start = useStartBulk();
  const stop = useStopBulk();
  const job = useBulkJob(start.data);
  const isOver = job !== undefined && job.state !== 'running';

  const onEnd = useEffectEvent(() => {
    void client.invalidateQueries({ queryKey: ['runs'] });
    onDone?.();
  });
  useEffect(() => {
    if (isOver) onEnd();
  }, [isOver]);

  const error = start.error ?? stop.error ?? preview.error;
  const isRunning = job !== undefined && !isOver;
  return (
    <Dialog
      title={text.asks[action]}
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
              onClick={() => start.mutate({ ...work, ...target })}
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
          <p>{text.explains[action]}</p>
          {action === 'rerun' && <FromField target={target} from={typed} onFrom={setTyped} />}
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
        {state === 'running' ? text.doing(done, matched) : text.finished(succeeded, matched)}
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
