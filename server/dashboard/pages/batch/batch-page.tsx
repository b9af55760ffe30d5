import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { batchOutputsPath, countFinishedFiles, useBatch, useCancelBatch } from '../../data/batches/batches.js';
import { useHasRole } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Panel } from '../../parts/basics/panel.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { Stack } from '../../parts/basics/stack.js';
import { BulkDialog } from '../../parts/bulk/bulk-dialog.js';
import { ConfirmDialog } from '../../parts/feedback/confirm-dialog.js';
import { CopyableCode } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { useToast } from '../../parts/feedback/toasts.js';
import { formatDuration, formatNumber } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { describeUsage } from '../../parts/records/describe-usage.js';
import { batchesText } from '../../text/batches.js';
import { useLanguage, useText } from '../../text/language.js';
import { sharedText } from '../../text/shared-text.js';
import { FailureGroups } from './failure-groups.js';
import styles from './batch.module.css';

const failedStates = 'failed,crashed';

export function BatchPage() {
  const { id } = useParams<{ id: string }>();
  const text = useText(batchesText);
  const { data, error, refetch } = useBatch(id);
  const [retryFilter, setRetryFilter] = useState<{ fingerprint?: string }>();
  return (
    <Stack>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          <BatchHeader batch={data} onRetry={() => setRetryFilter({})} />
          <BatchCounts batch={data} />
          <FailureGroups batch={data} onRetry={(fingerprint) => setRetryFilter({ fingerprint })} />
          {data.counts.completed > 0 && (
            <Panel title={text.saveOutputs}>
              <p>
                <a href={batchOutputsPath(data.batchId)} download>
                  {text.downloadArchive}
                </a>
              </p>
              <CopyableCode>{`npx millrace fetch ${data.batchId} --save out/`}</CopyableCode>
            </Panel>
          )}
        </>
      )}
      {retryFilter && (
        <BulkDialog
          action="resume"
          target={{ filter: { batch: id, state: failedStates, ...retryFilter } }}
          onClose={() => {
            setRetryFilter(undefined);
            void refetch();
          }}
        />
      )}
    </Stack>
  );
}

function BatchHeader({ batch, onRetry }: { readonly batch: BatchDetails; readonly onRetry: () => void }) {
  const text = useText(batchesText);
  const showToast = useToast();
  const isOperator = useHasRole('operator');
  // a file that was refused has no run to resume
  const hasFailedRun = batch.failures.some(({ example }) => example !== null);
  const [isCancelDialogOpen, setCancelDialogOpen] = useState(false);
  const cancel = useCancelBatch(batch.batchId);
  return (
    <>
      <PageHeader
        breadcrumb={<Link href="/batches">{text.title}</Link>}
        title={<Name>{batch.name}</Name>}
        tabTitle={batch.name}
        subtitle={
          <>
            <StateBadge state={batch.state} label={text.states[batch.state]} />
            <Name>{batch.pipeline}</Name>
            <Time at={batch.createdAt} />
            <Link href={`/runs?batch=${batch.batchId}`}>{text.showRuns}</Link>
            {batch.closedAt === null && <span>{text.acceptsFiles}</span>}
          </>
        }
        actions={
          <>
            {isOperator && hasFailedRun && <Button onClick={onRetry}>{text.retryFailed}</Button>}
            {isOperator && batch.state === 'running' && (
              <Button kind="danger" onClick={() => setCancelDialogOpen(true)}>
                {text.cancel}
              </Button>
            )}
          </>
        }
      />
      {isCancelDialogOpen && (
        <ConfirmDialog
          title={text.cancelTitle}
          actionLabel={text.cancel}
          onConfirm={async () => {
            await cancel.mutateAsync();
            showToast(text.cancelled, 'cancelled');
          }}
          onClose={() => setCancelDialogOpen(false)}
        >
          {text.cancelHelp}
        </ConfirmDialog>
      )}
    </>
  );
}

const countNames = ['total', 'completed', 'failed', 'skipped', 'running', 'queued', 'cancelled'] as const;

function BatchCounts({ batch }: { readonly batch: BatchDetails }) {
  const text = useText(batchesText);
  const { language } = useLanguage();
  const shared = useText(sharedText);
  const { counts, filesPerSecond, secondsLeft } = batch;
  const format = (value: number) => formatNumber(value, language);
  const finishedCount = countFinishedFiles(batch);
  const facts: [string, string][] = [
    ...countNames.map((name): [string, string] => [text.counts[name], format(counts[name])]),
    ...(filesPerSecond === null ? [] : [[text.speed, format(filesPerSecond)] as [string, string]]),
    ...(batch.usage ? [[shared.usage, describeUsage(batch.usage, language, shared)] as [string, string]] : []),
    ...(secondsLeft === null
      ? []
      : [[text.timeLeft, formatDuration(1000 * secondsLeft, language)] as [string, string]]),
  ];
  return (
    <Panel title={text.progress(format(finishedCount), format(counts.total))}>
      <ProgressBar
        percent={counts.total === 0 ? 0 : Math.floor((100 * finishedCount) / counts.total)}
        label={text.progress(format(finishedCount), format(counts.total))}
      />
      <dl className={styles['counts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
